"""One string of a mail: Liquid to text. Copy is text, not HTML: what is typed is escaped, and so is
every value.

No Django here: the child process that tries merchants' strings starts in a moment.
"""

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from liquid.exceptions import LiquidError
from markupsafe import escape

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.formats import tied
from engagement.messages.rendering.limits import (
    MAX_SOURCE,
    LimitedEnvironment,
    limited_environment,
)

_value = re.compile(r"\{\{ *([a-z_]+)\.([a-z_]+) *\}\}")
_delimited = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)


@lru_cache(maxsize=16)
def _environment(language: str) -> LimitedEnvironment:
    return limited_environment(language=language)


class Words:
    """One string of one language, parsed once."""

    __slots__ = ("constant", "language", "pieces", "template", "where")

    def __init__(self, *, source: str, language: str, where: str) -> None:
        self.language = language
        self.where = where
        if len(source) > MAX_SOURCE:
            raise TemplateBroken(f"{where} is longer than {MAX_SOURCE} characters.")
        parts = _delimited.split(source)
        literal = len(parts) == 1
        safe = "".join(
            part if odd % 2 else html.escape(tied(part, language=language), quote=False)
            for odd, part in enumerate(parts)
        )
        self.constant = safe.strip() if literal else None
        # Words that only put in values need no Liquid: text and (name, key) by turns.
        self.pieces: list[str | tuple[str, str]] = [
            (found[1], found[2]) if odd % 2 and (found := _value.fullmatch(part)) else part
            for odd, part in enumerate(_delimited.split(safe))
        ]
        if not literal:
            try:
                self.template = _environment(language).from_string(safe)
            except (LiquidError, RecursionError) as error:
                raise TemplateBroken(f"{where}: {_why(error)}") from error

    def say(self, data: Mapping[str, Any]) -> str:
        """The words filled with `data`, as HTML without tags. Raises `TemplateBroken`."""
        if self.constant is not None:
            return self.constant
        said = self._put_in(data)
        if said is not None:
            return said
        try:
            said = self.template.render(data)
        except TemplateBroken as error:
            raise TemplateBroken(f"{self.where}: {error.detail}") from error
        except (LiquidError, ArithmeticError, ValueError, TypeError, RecursionError) as error:
            raise TemplateBroken(f"{self.where}: {_why(error)}") from error
        # A quoted text inside a tag is the merchant's own and comes through unescaped.
        return said.strip().replace("<", "&lt;").replace(">", "&gt;")

    def _put_in(self, data: Mapping[str, Any]) -> str | None:
        """What Liquid would say, where there are only texts to put in; None where there is more."""
        said = []
        for piece in self.pieces:
            if isinstance(piece, str):
                if piece.startswith("{") and piece.endswith("}"):
                    return None
                said.append(piece)
                continue
            known = data.get(piece[0])
            value = known.get(piece[1], "") if type(known) is dict else None
            if type(value) is not str:
                return None
            said.append(str(escape(value)))
        return "".join(said).strip()


def _why(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
