"""Times that lie ahead of the moment at which we were told: a clock that is wrong, never a prophecy.

The newest statement of a thing holds. A source whose clock runs years ahead would therefore freeze
what it spoke of against all later, true news; and what “happened” in a far year would be told then.
"""

from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from orders.ingest.snapshots import UNDATED, ConsentStatement

# Local times read as UTC are up to 14 hours ahead; more is no time zone.
AHEAD_AT_MOST = timedelta(days=1)
STATED = frozenset(
    {
        "updated_at",
        "placed_at",
        "paid_at",
        "canceled_at",
        "shipped_at",
        "delivered_at",
        "happened_at",
        "stated_at",
    }
)
PARTS = frozenset(
    {"customer", "consent", "fulfillment", "refund", "fulfillments", "refunds", "news"}
)


def plausible(news: Any, *, heard_at: datetime) -> Any:
    """`news` with times more than a day after `heard_at` taken back to it; itself where none is.

    Promised and estimated days may lie ahead and stay. A yes to marketing whose time is wrong
    counts as undated.
    """
    latest = heard_at + AHEAD_AT_MOST
    changes: dict[str, Any] = {}
    for name in _names(type(news)):  # type: ignore[arg-type]
        value = getattr(news, name)
        if name in STATED:
            if value is not None and value > latest:
                changes[name] = heard_at
        elif isinstance(value, tuple):
            parts = tuple(plausible(part, heard_at=heard_at) for part in value)
            if any(new is not old for new, old in zip(parts, value, strict=True)):
                changes[name] = parts
        elif is_dataclass(value):
            part = plausible(value, heard_at=heard_at)
            if part is not value:
                changes[name] = part
    if isinstance(news, ConsentStatement) and changes and not news.source.endswith(UNDATED):
        changes["source"] = news.source + UNDATED
    return replace(news, **changes) if changes else news


@lru_cache(maxsize=64)
def _names(kind: type) -> tuple[str, ...]:
    """Fields of a snapshot class that are a time or hold one; kept, since files ask a million times."""
    return tuple(one.name for one in fields(kind) if one.name in STATED | PARTS)
