"""One mail in one language on somebody's desk: what is live, what they have typed, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from core.stores.models import Store, User
from engagement.dashboard.mail_changes import Part, parts_between
from engagement.messages.live_copy import live_copy
from engagement.messages.models import MailDraft, MailVersion
from engagement.messages.operations.write_sample import composed
from engagement.messages.rendering.blocks import BLOCKS, Block, blocks_of
from engagement.messages.rendering.copy import SHARED, strings
from engagement.messages.rendering.lint import Finding, lint
from engagement.messages.rendering.lint.clients import CLIENTS, USUAL
from engagement.messages.rendering.own_copy import LOOK, OwnCopy, OwnText
from engagement.messages.rendering.samples import SAMPLES
from engagement.messages.rendering.slots import (
    BadCopy,
    as_typed,
    cleaned_words,
    shipped_texts,
    title_of,
)
from engagement.messages.rendering.style import cleaned_look

SHOWN_FOR_ALL = "order_confirmation"
"""What shows the words and the look that all mails share."""


@dataclass(frozen=True, slots=True)
class Field:
    """One text as it stands in the form."""

    name: str
    title: str
    typed: str
    many: bool
    rows: int
    is_own: bool
    is_borrowed: bool
    changes: Sequence[Part]
    findings: Sequence[Finding]

    @property
    def is_long(self) -> bool:
        """Whether it needs a field of several lines."""
        return self.many or len(self.typed) > 60


@dataclass
class Desk:
    """Everything about (mail, language) for one person; inside the store's scope."""

    store: Store
    user: User
    template: str
    language: str
    now: datetime

    @cached_property
    def draft(self) -> MailDraft | None:
        return MailDraft.objects.filter(
            template=self.template, language=self.language, author=self.user
        ).first()

    @cached_property
    def versions(self) -> list[MailVersion]:
        """The newest first."""
        known = MailVersion.objects.filter(template=self.template, language=self.language)
        return list(known.order_by("-number")[:50])

    @property
    def newest(self) -> int:
        return self.versions[0].number if self.versions else 0

    @cached_property
    def live(self) -> MailVersion | None:
        """The version that counts now."""
        standing = MailVersion.objects.standing().in_force_order()
        return standing.filter(
            template=self.template, language=self.language, live_from__lte=self.now
        ).last()

    @property
    def content(self) -> Mapping[str, Any]:
        """What the form shows: the draft, else what is live."""
        if self.draft is not None:
            return self.draft.content
        return self.live.content if self.live else {}

    @cached_property
    def shipped(self) -> dict[str, str | list[str]]:
        return shipped_texts(template=self.template, language=self.language or "en")

    @property
    def has_moved_on(self) -> bool:
        """Whether somebody has published since the draft was begun."""
        return self.draft is not None and self.draft.base_number != self.newest

    @cached_property
    def findings(self) -> list[Finding]:
        """What speaks against the draft; asks a child process, so only where there is a draft."""
        return self.judged() if self.draft is not None else []

    @property
    def loose_findings(self) -> list[Finding]:
        """Those that stand at no text of the form."""
        return [one for one in self.findings if self.language == LOOK or not one.slot]

    def judged(self) -> list[Finding]:
        """What speaks against what the form shows."""
        try:
            content = self.cleaned()
        except BadCopy as error:
            return [Finding("error", str(error))]
        own = live_copy(store=self.store, now=self.now)
        look = content if self.language == LOOK else own.look(self.template)
        clients = own.look(SHARED).get("clients")
        return lint(
            template=self.template,
            language=self.language or self.store.default_language,
            words={} if self.language == LOOK else content,
            look={"clients": clients, **look} if clients else look,
            mime_of=self._mime,
        )

    def cleaned(self) -> dict[str, Any]:
        """What the form shows, as it would be kept. Raises `BadCopy`."""
        if self.language == LOOK:
            return cleaned_look(template=self.template, look=self.content)
        return cleaned_words(template=self.template, language=self.language, words=self.content)

    def _mime(self, rendered: Any) -> bytes:
        made = composed(
            rendered=rendered,
            template=self.template,
            language=self.language,
            context=SAMPLES["full"](),
            store=self.store,
            to="jana@mail.example",
            key="judged",
            now=self.now,
        )
        return made.message().as_bytes()

    @property
    def fields(self) -> list[Field]:
        """The texts, in the order of the shipped ones."""
        there = strings(self.template, self.language) or {}
        return [
            self._field(name, text, is_borrowed=name not in there and bool(text))
            for name, text in self.shipped.items()
        ]

    def _field(self, name: str, text: str | list[str], *, is_borrowed: bool) -> Field:
        typed = as_typed(self.content.get(name, text))
        is_own = typed != as_typed(text)
        return Field(
            name=name,
            title=title_of(name),
            typed=typed,
            many=isinstance(text, list),
            rows=max(2, min(16, len(typed) // 70 + 2 * typed.count("\n\n") + 1)),
            is_own=is_own,
            is_borrowed=is_borrowed and not is_own,
            changes=parts_between(before=as_typed(text), after=typed) if is_own else (),
            findings=[one for one in self.findings if one.slot == name],
        )

    @property
    def blocks(self) -> dict[str, Block]:
        """The parts that can be left out, by key."""
        return dict(BLOCKS) if self.template == SHARED else blocks_of(self.template)

    @property
    def shown_blocks(self) -> list[tuple[str, str, bool]]:
        """Each of them by key and name, and whether it is shown."""
        hidden = self.content.get("hidden", ())
        return [(key, block.title, key not in hidden) for key, block in self.blocks.items()]

    @property
    def clients(self) -> list[tuple[str, str, bool]]:
        """The mail programs to choose from, and whether the shop cares about each."""
        chosen = self.content.get("clients") or USUAL
        return [(key, name, key in chosen) for key, name in CLIENTS.items()]

    def copy_with_drafts(self) -> OwnCopy:
        """The live copy, and over it what this person has typed."""
        texts = dict(live_copy(store=self.store, now=self.now).texts)
        for draft in MailDraft.objects.filter(author=self.user, template=self.template):
            texts[draft.template, draft.language] = OwnText(0, draft.content)
        return OwnCopy(texts)

    @property
    def shows(self) -> str:
        """The mail that a preview shows."""
        return SHOWN_FOR_ALL if self.template == SHARED else self.template

    @property
    def speaks(self) -> str:
        """The language that a preview speaks."""
        return self.language or self.store.default_language
