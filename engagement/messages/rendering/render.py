"""`render`: one mail out of its structure, its words and plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.copy import PlainSlots, Slots, languages_for, plain, words_of
from engagement.messages.rendering.plain_data import clipped, one_line
from engagement.messages.rendering.prepare import prepared
from engagement.messages.rendering.structure import html_structure, text_structure

__all__ = ["MARKETING", "Rendered", "TemplateBroken", "render"]

# Mail that needs a basis; it may not be written without a way out in its foot.
MARKETING = frozenset(
    {"review_request", "review_reminder", "replenishment", "birthday", "account_anniversary"}
)
MAX_HTML = 90_000  # Gmail clips at about 102 KB (E16)
MAX_SUBJECT = 200
LINES_WHEN_LARGE = 30


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail, ready to be put into MIME. `language` is the one it came out in."""

    subject: str
    preheader: str
    html: str
    text: str
    language: str = "en"


def render(*, template: str, language: str, context: Mapping[str, Any]) -> Rendered:
    """Write the mail `template` in `language` (``cs``, ``pt-BR``), from a `context.MailContext`.

    A string without a translation comes in the store's default language, then in English. Raises
    `TemplateBroken` with a detail that a merchant can read.
    """
    store = context.get("store")
    default = str(store.get("default_language") or "") if isinstance(store, Mapping) else ""
    languages = languages_for(asked=_short(language), default=_short(default))
    words = words_of(template, languages)
    if "heading" not in words or "subject" not in words:
        raise TemplateBroken(f"There is no mail “{template[:40]}”.")
    lang = words["heading"].language  # type: ignore[union-attr]
    data = prepared(context, languages=(lang, *languages))
    if template in MARKETING and not data["links"]["unsubscribe_url"]:
        raise TemplateBroken("A marketing mail has no address to unsubscribe at.")
    slots = Slots(words=words, data=data)
    try:
        return _written(template=template, lang=lang, slots=slots, data=data)
    except (TemplateError, AttributeError, TypeError, ValueError, KeyError) as error:
        raise TemplateBroken(f"{template}: {type(error).__name__}: {error}") from error


def _short(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _written(*, template: str, lang: str, slots: Slots, data: dict[str, Any]) -> Rendered:
    subject = _subject(slots)
    shared = {
        **data,
        "lang": lang,
        "colors": data["store"]["colors"],
        "subject": subject,
        "is_marketing": template in MARKETING,
    }
    page = html_structure(template)
    for pictures, shown in ((True, 0), (False, 0), (False, LINES_WHEN_LARGE), (False, 10)):
        body = page.render(shared, copy=slots, pictures=pictures, max_lines=shown or 10_000)
        if len(body.encode()) <= MAX_HTML:
            break
    text = text_structure(template).render(
        shared, copy=PlainSlots(slots), pictures=False, max_lines=shown or 10_000
    )
    return Rendered(
        subject=subject,
        preheader=plain(slots.preheader),
        html=body,
        text=_tidy(text),
        language=lang,
    )


def _subject(slots: Slots) -> str:
    subject = clipped(" ".join(one_line(plain(slots.subject)).split()), MAX_SUBJECT)
    if not subject:
        raise TemplateBroken("The subject came out empty.")
    return subject


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends, no spaces at line ends."""
    lines: list[str] = []
    for line in text.splitlines():
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"
