"""From a delivery day and what was promised to the days on which promises end. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date

from orders.warranty.law import law_of


@dataclass(frozen=True, slots=True)
class Promised:
    """The last day by law, and the last day of everything promised; None where there is none."""

    law_until: date | None
    until: date | None


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last day of a month that is too short.

    Periods in months end so by Regulation (EEC, Euratom) 1182/71, Article 3(2)(c).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def promised(*, starts_on: date, country: str, own_months: int) -> Promised:
    """What stands from `starts_on`: the law's floor, and the shop's own where that lasts longer."""
    law = law_of(country)
    law_until = add_months(starts_on, law.months) if law is not None else None
    own = add_months(starts_on, own_months) if own_months else None
    return Promised(law_until, max((day for day in (law_until, own) if day), default=None))


def months_passed(*, since: date, on: date) -> int:
    """Whole months from `since` to `on`; none before it."""
    months = (on.year - since.year) * 12 + on.month - since.month
    if add_months(since, months) > on:
        months -= 1
    return max(0, months)
