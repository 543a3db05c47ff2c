"""Pure rules about dates that come back every year."""

import calendar
from datetime import date, datetime
from zoneinfo import ZoneInfo

SETTLING_DAYS = 30  # a birthday typed in shortly before the day waits a year (nobody games a gift)


def occurrence_in(*, year: int, month: int, day: int) -> date | None:
    """The day of `year` on which a date is kept; 29 February falls on the 28th in common years.

    None for a day that no year has, such as 31 April.
    """
    if (month, day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_settled(*, on: date, entered_at: datetime | None, zone: ZoneInfo) -> bool:
    """Whether a birthday was entered at least `SETTLING_DAYS` before `on`, on the store's calendar."""
    if entered_at is None:
        return True
    return (on - entered_at.astimezone(zone).date()).days >= SETTLING_DAYS
