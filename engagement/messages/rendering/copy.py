"""The words of a mail: Liquid strings from ``copy/<language>.toml``, chosen per string.

Copy is text, not HTML: what a merchant types is escaped, and so is every value. One rendering
serves both parts, since the text part is the HTML one with its entities read back.
"""

import html
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from liquid.exceptions import LiquidError
from markupsafe import Markup

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.limits import (
    MAX_SOURCE,
    LimitedEnvironment,
    limited_environment,
)
from engagement.messages.rendering.structure import TEMPLATES

SHARED = "_shared"
_delimited = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)


@lru_cache(maxsize=16)
def _environment(language: str) -> LimitedEnvironment:
    return limited_environment(language=language)


class Words:
    """One string of one language, parsed once."""

    __slots__ = ("constant", "language", "template", "where")

    def __init__(self, *, source: str, language: str, where: str) -> None:
        self.language = language
        self.where = where
        if len(source) > MAX_SOURCE:
            raise TemplateBroken(f"{where} is longer than {MAX_SOURCE} characters.")
        parts = _delimited.split(source)
        literal = len(parts) == 1
        safe = "".join(
            part if odd % 2 else html.escape(part, quote=False) for odd, part in enumerate(parts)
        )
        self.constant = safe.strip() if literal else None
        if not literal:
            try:
                self.template = _environment(language).from_string(safe)
            except (LiquidError, RecursionError) as error:
                raise TemplateBroken(f"{where}: {_why(error)}") from error

    def say(self, data: Mapping[str, Any]) -> str:
        """The words filled with `data`, as HTML without tags. Raises `TemplateBroken`."""
        if self.constant is not None:
            return self.constant
        try:
            said = self.template.render(data)
        except TemplateBroken as error:
            raise TemplateBroken(f"{self.where}: {error.detail}") from error
        except (LiquidError, ArithmeticError, ValueError, TypeError, RecursionError) as error:
            raise TemplateBroken(f"{self.where}: {_why(error)}") from error
        # A quoted text inside a tag is the merchant's own and comes through unescaped.
        return said.strip().replace("<", "&lt;").replace(">", "&gt;")


def _why(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


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


Slot = Words | tuple[Words, ...]


@lru_cache(maxsize=512)
def words_of(template: str, languages: tuple[str, ...]) -> dict[str, Slot]:
    """Every slot of a mail, each from the first of `languages` that has it."""
    found: dict[str, Slot] = {}
    for language in languages:
        for source in (template, SHARED):
            for name, text in (strings(source, language) or {}).items():
                if name in found:
                    continue
                where = f"{source}/copy/{language}.toml, “{name}”"
                if isinstance(text, str):
                    found[name] = Words(source=text, language=language, where=where)
                else:
                    found[name] = tuple(
                        Words(source=one, language=language, where=f"{where} {number}")
                        for number, one in enumerate(text, 1)
                    )
    return found


def languages_for(*, asked: str, default: str) -> tuple[str, ...]:
    """Asked language, then the store's, then English; each once."""
    return tuple(dict.fromkeys(code for code in (asked, default, "en") if code))


class Slots:
    """The words of one mail being written: each filled when first asked for, and once."""

    def __init__(self, *, words: Mapping[str, Slot], data: Mapping[str, Any]) -> None:
        self._words = words
        self._data = data
        self._said: dict[str, Markup | list[Markup]] = {}

    def __getattr__(self, name: str) -> Markup | list[Markup]:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._said:
            slot = self._words.get(name)
            if slot is None:
                raise AttributeError(name)
            self._said[name] = self._fill(slot)
        return self._said[name]

    def _fill(self, slot: Slot) -> Markup | list[Markup]:
        if isinstance(slot, Words):
            return Markup(slot.say(self._data))  # noqa: S704 (escaped by Words.say)
        said = (one.say(self._data) for one in slot)
        return [Markup(text) for text in said if text]  # noqa: S704

    def either(self, name: str, otherwise: str) -> Markup | list[Markup]:
        """The slot `name`, or the slot `otherwise` where the mail has no such."""
        return getattr(self, name if name in self._words else otherwise)


class PlainSlots:
    """The same words for the text part."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def __getattr__(self, name: str) -> str | list[str]:
        return plain(getattr(self._slots, name))

    def either(self, name: str, otherwise: str) -> str | list[str]:
        return plain(self._slots.either(name, otherwise))


def plain(said: Sequence[str] | str) -> Any:
    """Words as text again."""
    if isinstance(said, str):
        return html.unescape(str(said))
    return [html.unescape(str(one)) for one in said]
