"""Every mail with the state of its texts in each language of the store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.stores.models import Store
from engagement.dashboard.mail_names import language_name, languages_to_edit, mail_title, slug_of
from engagement.messages.broken_copy import broken_copy
from engagement.messages.models import MailVersion
from engagement.messages.rendering.copy import SHARED
from engagement.messages.rendering.own_copy import LOOK
from engagement.messages.rendering.render import MARKETING
from engagement.messages.rendering.slots import mail_keys


@dataclass(frozen=True, slots=True)
class Text:
    """One mail in one language (or its look): what counts now, what will, what is wrong with it."""

    language: str
    slug: str
    live: MailVersion | None
    next: MailVersion | None
    broken: str

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.live is None or not self.live.content:
            return "as shipped"
        return f"yours, version {self.live.number}"


@dataclass(frozen=True, slots=True)
class Mail:
    key: str
    title: str
    texts: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    about: str
    mails: list[Mail] = field(default_factory=list)


def groups_of(*, store: Store, now: datetime) -> list[Group]:
    """Order news, marketing, and what all mails share. Three queries, inside the store's scope."""
    known = _versions(now)
    broken = broken_copy(store=store, now=now)
    shared = Group("All mails", "Labels, foot and look that every mail has.")
    news = Group("Order news", "What customers must hear of their orders.")
    marketing = Group("Marketing", "Only to people with a recorded consent, each with a way out.")
    shared.mails.append(_mail(SHARED, store, known, broken))
    for key in mail_keys():
        (marketing if key in MARKETING else news).mails.append(_mail(key, store, known, broken))
    return [news, marketing, shared]


Known = dict[tuple[str, str], tuple[MailVersion | None, MailVersion | None]]
Broken = Mapping[tuple[str, str], str]


def _versions(now: datetime) -> Known:
    live: dict[tuple[str, str], int] = {}
    coming: dict[tuple[str, str], int] = {}
    rows = MailVersion.objects.standing().in_force_order()
    for pk, template, language, live_from in rows.values_list(
        "pk", "template", "language", "live_from"
    ):
        if live_from <= now:
            live[template, language] = pk
        else:
            coming.setdefault((template, language), pk)
    found = MailVersion.objects.in_bulk([*live.values(), *coming.values()])
    return {
        key: (found.get(live.get(key, 0)), found.get(coming.get(key, 0)))
        for key in live.keys() | coming.keys()
    }


def _mail(key: str, store: Store, known: Known, broken: Broken) -> Mail:
    languages: Iterator[str] = iter([*languages_to_edit(store=store, template=key), LOOK])
    return Mail(
        key=key,
        title=mail_title(key),
        texts=[
            Text(
                language_name(one),
                slug_of(one),
                *known.get((key, one), (None, None)),
                broken.get((key, one), ""),
            )
            for one in languages
        ],
    )
