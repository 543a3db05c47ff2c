"""When a mail may leave: pure arithmetic over time zones. No database, no wall clock.

Rules of thumb behind every line (research: §3.8 of the engine study, checked there against a
minute-by-minute oracle): order in UTC, test windows in local time, never reuse today's offset for
another day, never add 24 hours for "a day".
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
LOOK_AHEAD_DAYS = 14
JITTER_SECONDS = 20 * 60

Windows = tuple[tuple[tuple[int, int], ...], ...]  # per weekday: (from, to) in minutes of the day


class BadWindows(ValueError):
    """Sending hours that cannot be read. The message is fit for the person who entered them."""


def after_hours(*, anchor: datetime, hours: float) -> datetime:
    """`hours` of elapsed time after `anchor`, whatever the clocks on the wall did meanwhile."""
    return anchor.astimezone(UTC) + timedelta(hours=hours)


def on_local_day(*, anchor: datetime, days: int, at: time, zone: ZoneInfo) -> datetime:
    """`at` on the local date `days` after the local date of `anchor`, as UTC.

    A time that the clocks skip is moved forward by the gap; one that they repeat is the first.
    """
    return _at(anchor.astimezone(zone).date() + timedelta(days=days), _minutes(at), zone, fold=0)


def start_of_local_day(*, day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local date, as UTC; where midnight is skipped, the moment after."""
    return _first_moment(day, 0, zone)


def read_windows(raw: Sequence[Sequence[Any]]) -> Windows:
    """Sending hours as a store keeps them, ``[[weekday 0–6, "08:00", "20:00"], …]``, made ready.

    A window that ends at or before its start runs over midnight and is split there. Raises
    `BadWindows`.
    """
    return _read_windows(tuple(tuple(row) for row in raw))


def is_allowed(*, moment: datetime, windows: Windows, zone: ZoneInfo) -> bool:
    """Whether the local time of `moment` lies in a window of its local weekday."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in windows[local.weekday()])


def next_allowed(
    *, moment: datetime, windows: Windows, zone: ZoneInfo, jitter_key: str = ""
) -> datetime | None:
    """The first moment at or after `moment` in which mail may leave; None when no window is open.

    With `jitter_key` (the message's id) a moment that had to be moved to a window's start is spread
    over the first minutes of it, always by the same amount for the same key, so that a night's
    mails do not leave in one burst.
    """
    moment = moment.astimezone(UTC)
    if is_allowed(moment=moment, windows=windows, zone=zone):
        return moment
    today = moment.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        openings = [
            opening
            for start, _ in windows[day.weekday()]
            for opening in _openings(day, start, zone)
            if opening >= moment
            and opening.astimezone(zone).date() == day
            and is_allowed(moment=opening, windows=windows, zone=zone)
        ]
        if openings:
            return _spread(min(openings), windows, zone, jitter_key)
    return None


def open_until(*, moment: datetime, windows: Windows, zone: ZoneInfo) -> datetime:
    """When the window in which `moment` lies closes, as UTC; `moment` itself where none is open.

    Where the clocks change meanwhile it is the earliest closing: asking anew an hour too soon does
    no harm. A window over midnight closes there and opens again.
    """
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    ends = [end for start, end in windows[local.weekday()] if start <= minute < end]
    closings = [
        closing
        for end in ends
        for fold in (0, 1)
        if (closing := _closing(local.date(), end, zone, fold=fold)) > moment
    ]
    return min(closings, default=moment.astimezone(UTC))


def _closing(day: date, end: int, zone: ZoneInfo, *, fold: int) -> datetime:
    if end == DAY_MINUTES:
        return _first_moment(day + timedelta(days=1), 0, zone)
    return _at(day, end, zone, fold=fold)


def _openings(day: date, start: int, zone: ZoneInfo) -> set[datetime]:
    """Every moment at which a window starting at minute `start` of `day` can open."""
    return {
        _at(day, start, zone, fold=0),
        _at(day, start, zone, fold=1),
        _first_moment(day, start, zone),
    }


def _spread(opening: datetime, windows: Windows, zone: ZoneInfo, key: str) -> datetime:
    if not key:
        return opening
    digest = hashlib.sha256(key.encode()).digest()
    later = opening + timedelta(seconds=int.from_bytes(digest[:4], "big") % JITTER_SECONDS)
    return later if is_allowed(moment=later, windows=windows, zone=zone) else opening


def _at(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=zone).replace(fold=fold)
    wall = midnight.replace(hour=minute // 60, minute=minute % 60)
    return wall.astimezone(UTC)


def _first_moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Minute `minute` of `day`, or the end of the gap in which the clocks skip it."""
    early, late = sorted((_at(day, minute, zone, fold=0), _at(day, minute, zone, fold=1)))
    local = early.astimezone(zone)
    if (local.date(), local.hour * 60 + local.minute) == (day, minute):
        return early
    # Skipped: the clocks change somewhere in (early, late]; find the minute by halving.
    before = early.astimezone(zone).utcoffset()
    low, high = 0, int((late - early).total_seconds() // 60)
    while low < high:
        middle = (low + high) // 2
        if (early + timedelta(minutes=middle)).astimezone(zone).utcoffset() == before:
            low = middle + 1
        else:
            high = middle
    return early + timedelta(minutes=low)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


@lru_cache(maxsize=512)
def _read_windows(raw: tuple[tuple[Any, ...], ...]) -> Windows:
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for row in raw:
        try:
            weekday, start, end = int(row[0]), _read_time(row[1]), _read_time(row[2])
        except (ValueError, IndexError, TypeError) as error:
            raise BadWindows(
                f"{list(row)} is no sending window; write [weekday 0–6, from, to], "
                'for instance [0, "08:00", "20:00"].'
            ) from error
        if start == DAY_MINUTES:
            raise BadWindows("A window cannot start at 24:00; write 00:00 of the next day.")
        if not 0 <= weekday <= 6:
            raise BadWindows(f"{weekday} is no weekday; Monday is 0 and Sunday 6.")
        if start < end:
            days[weekday].append((start, end))
        else:
            days[weekday].append((start, DAY_MINUTES))
            if end:
                days[(weekday + 1) % 7].append((0, end))
    return tuple(tuple(sorted(day)) for day in days)


def _read_time(text: Any) -> int:
    hours, minutes = str(text).split(":")
    total = int(hours) * 60 + int(minutes)
    if not 0 <= total <= DAY_MINUTES or not 0 <= int(minutes) < 60:
        raise ValueError(text)
    return total
