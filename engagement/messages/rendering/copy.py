"""The words of a mail: Liquid strings from ``copy/<language>.toml`` or the merchant's own, chosen
per string.

One rendering serves both parts, since the text part is the HTML one with its entities read back.
"""

import html
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.structure import TEMPLATES
from engagement.messages.rendering.words import Words

SHARED = "_shared"
MUST_SAY = frozenset({"subject", "heading", "button"})
"""Where a merchant's string comes out empty, the shipped one stands in."""


@lru_cache(maxsize=256)
def strings(template: str, language: str) -> dict[str, str | list[str]] | None:
    """The shipped strings of a mail in one language, or None where there are none."""
    path = TEMPLATES / "emails" / template / "copy" / f"{language}.toml"
    if not path.is_file():
        return None
    return tomllib.loads(path.read_text(encoding="utf-8"))


def languages_of(template: str) -> list[str]:
    """The languages that a mail's copy is shipped in."""
    return sorted(path.stem for path in (TEMPLATES / "emails" / template / "copy").glob("*.toml"))


Said = Words | tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """A merchant's string of version `version`, and the shipped one (if any) that stands behind it.

    `words` is None where the string cannot even be read; `why` then says why.
    """

    words: Said | None
    behind: "Slot | None"
    version: int
    why: str = ""


Slot = Words | tuple[Words, ...] | Own


@dataclass(frozen=True, slots=True)
class FellBack:
    """A merchant's string that could not be used: of which version, which slot, why."""

    version: int
    slot: str
    why: str


OwnStrings = Callable[[str, str], tuple[int, Mapping[str, Any]] | None]
"""A merchant's strings of (mail, language) with the id of their version, or None."""


def nobodys(template: str, language: str) -> None:
    """No own strings: everything as shipped."""


@lru_cache(maxsize=512)
def words_of(template: str, languages: tuple[str, ...]) -> dict[str, Slot]:
    """Every slot of a mail as shipped, each from the first of `languages` that has it."""
    return chosen_words(template=template, languages=languages, own=nobodys)


def chosen_words(*, template: str, languages: tuple[str, ...], own: OwnStrings) -> dict[str, Slot]:
    """Every slot of a mail, each from the first of `languages` that has it; a merchant's string
    goes before the shipped one of the same language. Parses; keep what it gives.
    """
    found: dict[str, Slot] = {}
    for language in languages:
        for source in (template, SHARED):
            for name, slot in _of_source(source=source, language=language, own=own).items():
                found.setdefault(name, slot)
    return found


def _of_source(*, source: str, language: str, own: OwnStrings) -> dict[str, Slot]:
    known: dict[str, Slot] = {
        name: _parsed(text, language=language, where=f"{source}/copy/{language}.toml, “{name}”")
        for name, text in (strings(source, language) or {}).items()
    }
    version, texts = own(source, language) or (0, {})
    for name, text in texts.items():
        words, why = None, ""
        try:
            words = _parsed(text, language=language, where=f"“{name}” ({language})")
        except TemplateBroken as error:
            why = error.detail
        known[name] = Own(words=words, behind=known.get(name), version=version, why=why)
    return known


def _parsed(text: str | Sequence[str], *, language: str, where: str) -> Said:
    if isinstance(text, str):
        return Words(source=text, language=language, where=where)
    return tuple(
        Words(source=one, language=language, where=f"{where} {number}")
        for number, one in enumerate(text, 1)
    )


def languages_for(*, asked: str, default: str) -> tuple[str, ...]:
    """Asked language, then the store's, then English; each once."""
    return tuple(dict.fromkeys(code for code in (asked, default, "en") if code))


def language_of(slot: Slot) -> str:
    """The language that a slot is written in."""
    while isinstance(slot, Own):
        if slot.words is None and slot.behind is not None:
            slot = slot.behind
            continue
        if slot.words is None:
            return ""
        slot = slot.words
    return slot.language if isinstance(slot, Words) else next((w.language for w in slot), "")


class Slots:
    """The words of one mail being written: each filled when first asked for, and once.

    `fell_back` grows by every merchant's string that could not be used.
    """

    def __init__(self, *, words: Mapping[str, Slot], data: Mapping[str, Any]) -> None:
        self._words = words
        self._data = data
        self._said: dict[str, Markup | list[Markup]] = {}
        self.fell_back: list[FellBack] = []

    def __getattr__(self, name: str) -> Markup | list[Markup]:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._said:
            slot = self._words.get(name)
            if slot is None:
                raise AttributeError(name)
            self._said[name] = self._fill(slot, name)
        return self._said[name]

    def _fill(self, slot: Slot, name: str) -> Markup | list[Markup]:
        if isinstance(slot, Words):
            return Markup(slot.say(self._data))  # noqa: S704 (escaped by Words.say)
        if isinstance(slot, Own):
            return self._fill_own(slot, name)
        said = (one.say(self._data) for one in slot)
        return [Markup(text) for text in said if text]  # noqa: S704

    def _fill_own(self, slot: Own, name: str) -> Markup | list[Markup]:
        why = slot.why
        if slot.words is not None:
            try:
                said = self._fill(slot.words, name)
            except TemplateBroken as error:
                why = error.detail
            else:
                if said or name not in MUST_SAY:
                    return said
                why = f"“{name}” came out empty."
        self.fell_back.append(FellBack(slot.version, name, why))
        return Markup() if slot.behind is None else self._fill(slot.behind, name)

    def either(self, name: str, otherwise: str) -> Markup | list[Markup]:
        """The slot `name`, or the slot `otherwise` where the mail has no such."""
        return getattr(self, name if name in self._words else otherwise)

    def maybe(self, name: str) -> Markup | list[Markup]:
        """The slot `name`, or nothing where the mail has no such."""
        return getattr(self, name) if name in self._words else Markup()


class PlainSlots:
    """The same words for the text part."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def __getattr__(self, name: str) -> str | list[str]:
        return plain(getattr(self._slots, name))

    def either(self, name: str, otherwise: str) -> str | list[str]:
        return plain(self._slots.either(name, otherwise))

    def maybe(self, name: str) -> str | list[str]:
        return plain(self._slots.maybe(name))


def plain(said: Sequence[str] | str) -> Any:
    """Words as text again."""
    if isinstance(said, str):
        return html.unescape(str(said))
    return [html.unescape(str(one)) for one in said]
