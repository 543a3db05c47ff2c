"""What merchants call the mails and languages whose texts they edit."""

from functools import lru_cache

from core.stores.models import Store
from core.stores.models.store import LANGUAGES
from engagement.dashboard.words import plain
from engagement.flows.catalog import CATALOG
from engagement.messages.rendering.copy import SHARED, languages_of
from engagement.messages.rendering.own_copy import LOOK

LANGUAGE_NAMES = dict(LANGUAGES)
LOOK_SLUG = "look"
"""The look's place in addresses, where a language would stand."""


@lru_cache(maxsize=1)
def _titles() -> dict[str, str]:
    titles: dict[str, str] = {}
    for flow in CATALOG:
        for number, step in enumerate(flow.steps):
            title = flow.title if number == 0 else f"{flow.title}: {plain(step.key)}"
            titles.setdefault(step.template, title)
    return titles


def mail_title(template: str) -> str:
    """The name of a mail, as the flows' page has it."""
    if template == SHARED:
        return "Words and look of all mails"
    return _titles().get(template) or plain(template).capitalize()


def language_name(language: str) -> str:
    """The name of a language, or of the look."""
    return "Look" if language == LOOK else LANGUAGE_NAMES.get(language, language)


def languages_to_edit(*, store: Store, template: str) -> list[str]:
    """The store's languages first, then others that the mail is shipped in."""
    return list(dict.fromkeys([*store.languages, *languages_of(template)]))


def slug_of(language: str) -> str:
    return language or LOOK_SLUG


def from_slug(slug: str) -> str:
    return LOOK if slug == LOOK_SLUG else slug
