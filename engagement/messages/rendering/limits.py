"""Liquid with the doors shut: a short list of tags and filters, and a limit on everything (A13).

python-liquid escapes nothing and limits nothing unless told. Filters are kept by name, since some
of the rest (`safe`, `base64_decode`) undo escaping and others multiply text without counting it.
"""

from collections.abc import Callable, Sized
from typing import Any

from liquid import Environment
from liquid.exceptions import LiquidError
from liquid.filter import with_context

from engagement.messages.rendering import formats

MAX_SOURCE = 20_000
MAX_TEXT = 100_000  # of one value between two filters
MAX_ITEMS = 10_000

TAGS = frozenset(
    [
        "#",
        "assign",
        "break",
        "capture",
        "case",
        "comment",
        "content",
        "continue",
        "cycle",
        "decrement",
        "echo",
        "for",
        "if",
        "illegal",
        "increment",
        "output",
        "unless",
    ]
)
FILTERS = frozenset(
    [
        "abs",
        "append",
        "at_least",
        "at_most",
        "capitalize",
        "ceil",
        "compact",
        "default",
        "divided_by",
        "downcase",
        "escape",
        "first",
        "floor",
        "join",
        "last",
        "map",
        "minus",
        "modulo",
        "plus",
        "prepend",
        "remove",
        "remove_first",
        "replace",
        "replace_first",
        "reverse",
        "round",
        "size",
        "slice",
        "sort",
        "split",
        "squish",
        "strip",
        "times",
        "truncate",
        "truncatewords",
        "uniq",
        "upcase",
        "url_encode",
        "where",
    ]
)


class OverLimit(LiquidError):
    """A merchant's words ask for more than a mail may take."""


def _check(value: object) -> None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise OverLimit("A text grows too long.", token=None)
    elif isinstance(value, int) and value.bit_length() > 256:
        raise OverLimit("A number grows too large.", token=None)
    elif isinstance(value, Sized) and len(value) > MAX_ITEMS:
        raise OverLimit("A list grows too long.", token=None)


def _grown(name: str, value: Any, args: tuple[Any, ...]) -> int:
    """How long the text will be that this filter is about to make; 0 where it cannot grow much."""
    if name in {"replace", "replace_first"} and args:
        text, old, new = str(value), str(args[0]), str(args[1]) if len(args) > 1 else ""
        return len(text) + (text.count(old) if name == "replace" else 1) * len(new)
    if name == "join" and isinstance(value, (list, tuple, range)):
        glue = len(str(args[0])) if args else 1
        return sum(len(item) if isinstance(item, str) else 12 for item in value) + glue * len(value)
    if name in {"append", "prepend"} and args:
        return len(str(value)) + len(str(args[0]))
    return 0


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def filtered(value: Any, *args: Any, **kwargs: Any) -> Any:
        for item in (value, *args):
            _check(item)
        if _grown(name, value, args) > MAX_TEXT:
            raise OverLimit(f"“{name}” makes a text that is too long.", token=None)
        result = function(value, *args, **kwargs)
        _check(result)
        return result

    for mark in ("with_context", "with_environment", "filter_async"):
        if hasattr(function, mark):
            setattr(filtered, mark, getattr(function, mark))
    return filtered


class LimitedEnvironment(Environment):
    """Limits as A13 of the reliability rules asks; counted in iterations and bytes."""

    loop_iteration_limit = 10_000
    output_stream_limit = 150_000
    local_namespace_limit = 200_000
    context_depth_limit = 20


def _zone(context: Any) -> str:
    return str(context.resolve("zone", default="UTC"))


def limited_environment(*, language: str) -> LimitedEnvironment:
    """An environment whose filters speak `language`. Parse with `from_string`, keep the template."""
    environment = LimitedEnvironment(autoescape=True)
    for name in set(environment.tags) - TAGS:
        del environment.tags[name]
    environment.filters = {
        name: _bounded(name, function)
        for name, function in environment.filters.items()
        if name in FILTERS
    }

    @with_context
    def day(value: Any, *, context: Any) -> str:
        return formats.day(value, zone=_zone(context), language=language)

    @with_context
    def date(value: Any, *, context: Any) -> str:
        return formats.date_text(value, zone=_zone(context), language=language)

    @with_context
    def time(value: Any, *, context: Any) -> str:
        return formats.time_text(value, zone=_zone(context), language=language)

    def money(value: Any) -> str:
        return formats.money(value, language=language)

    def number(value: Any) -> str:
        return formats.quantity(value, language=language)

    def plural(value: Any, **forms: str) -> str:
        return formats.plural(value, language=language, forms=forms)

    environment.filters |= {
        "day": day,
        "date": date,
        "time": time,
        "money": money,
        "number": number,
        "quantity": number,
        "plural": plural,
    }
    return environment
