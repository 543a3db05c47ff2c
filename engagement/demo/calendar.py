"""Days and hours of the invented world, in a shop's own zone."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def at_local(*, day: date, hour: float, zone: str) -> datetime:
    """`hour` (9.5 is half past nine) of `day` in `zone`, as UTC."""
    minutes = int(hour * 60)
    local = datetime.combine(day, time(minutes // 60 % 24, minutes % 60), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def during(*, day: date, opens: float, closes: float, zone: str, dice: random.Random) -> datetime:
    """Some minute between two hours of `day`, as UTC."""
    return at_local(day=day, hour=dice.uniform(opens, closes), zone=zone)


def working_day(day: date) -> date:
    """`day` itself, or the Monday after a weekend."""
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def days_later(moment: datetime, days: int, *, zone: str) -> date:
    """The working day `days` after `moment`'s local date."""
    return working_day(moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=days))
