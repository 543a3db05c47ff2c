"""Only plain data reaches a template: copied, checked by type, free of control characters (A13, E12)."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from engagement.messages.rendering.broken import TemplateBroken

# Controls, line ends of every kind, direction overrides and isolates, the byte order mark.
_controls = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
_spaces = re.compile(r"  +")
_url_breakers = re.compile(r"[\s\"'<>`{}|\\^\x00-\x1f\x7f]")
_DEEPEST = 12


def one_line(text: str) -> str:
    """The text without control characters, so that data can neither break a line nor turn it round."""
    if _controls.search(text) is None:
        return text
    return _spaces.sub(" ", _controls.sub(" ", text)).strip()


def copied(value: Any, *, depth: int = 0) -> Any:
    """A deep copy of plain data. Raises `TemplateBroken` for anything that is more than data."""
    if isinstance(value, str):
        return one_line(str(value))
    if value is None or isinstance(value, (bool, int, float, Decimal, date)):
        return value
    if depth > _DEEPEST:
        raise TemplateBroken("The mail's data is nested too deeply.")
    if isinstance(value, dict):
        return {str(key): copied(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [copied(item, depth=depth + 1) for item in value]
    raise TemplateBroken(f"A {type(value).__name__} is no plain data.")


def web_address(value: Any) -> str:
    """The value if it is an http(s) address that can stand in a link; else nothing."""
    if not isinstance(value, str) or len(value) > 2000 or _url_breakers.search(value):
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in {"http", "https"} and parts.hostname else ""


def name_of(value: Any) -> str:
    """A person's name, unless it is no name: forms get filled with addresses to make us send spam."""
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if len(text) > 60 or "://" in text or "www." in text.lower() or "@" in text:
        return ""
    return text


def clipped(text: str, length: int) -> str:
    """The text, cut at a word's end when it is longer than `length`."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    at_word = cut.rfind(" ")
    return (cut[:at_word] if at_word > length // 2 else cut).rstrip(" ,.;:–-") + "…"


def told_in(value: Any, *, languages: tuple[str, ...]) -> str:
    """A text, or the first that there is of a text by language."""
    if isinstance(value, Mapping):
        value = next((value[code] for code in languages if value.get(code)), "")
    return str(value) if value is not None else ""
