"""The clock. Only the edge (views, tasks, commands) reads it; everything below is handed `now`.

A demo store may live at another time (`Store.clock_offset`); leases, retries and rate limits of
the machine itself always use `real_now`.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class HasClockOffset(Protocol):
    """Anything with a clock of its own: a store."""

    @property
    def clock_offset(self) -> timedelta: ...


def real_now() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def now(store: HasClockOffset) -> datetime:
    """The store's time, in UTC: the machine's, moved by the offset that demo stores may have."""
    return real_now() + store.clock_offset
