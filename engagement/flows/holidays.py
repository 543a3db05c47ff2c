"""On which day a country keeps a holiday, as people greet each other on it: a small table of our own.

Packages know public holidays; shops greet on Christmas Eve, Mother's Day and Midsummer, too, which are
no public holidays in most places. Sources: for Easter the Gregorian computus (Meeus, Astronomical
Algorithms, ch. 8) and the Julian one; eves kept as days off in CZ (245/2000 Sb.), SK (241/1993 Z. z.),
EE, LV, LT, HU and PL (since 2025); Christmas of the Julian calendar in RS, ME, MK, GE, RU, EG (UA
left it in 2023); Mother's Day as each country's calendar prints it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

Rule = Callable[[int], date]
"""The day of a season; a season is named by the year in which its first country keeps it."""

ORTHODOX = frozenset(["BG", "BY", "CY", "GE", "GR", "MD", "ME", "MK", "RO", "RS", "RU", "UA"])
EVE = frozenset(
    ["AT", "CH", "CZ", "DE", "DK", "EE", "FI", "HU", "IS", "LI", "LT", "LV", "NO", "PL", "SE", "SK"]
)
JULIAN_CHRISTMAS = frozenset(["EG", "GE", "ME", "MK", "RS", "RU"])
SATURDAY, SUNDAY = 5, 6


def on(month: int, day: int, *, years_later: int = 0) -> Rule:
    """The same day every year."""
    return lambda year: date(year + years_later, month, day)


def nth(number: int, weekday: int, month: int) -> Rule:
    """The first, second … such weekday of a month."""

    def rule(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))

    return rule


def last(weekday: int, month: int) -> Rule:
    """The last such weekday of a month that has 31 days."""

    def rule(year: int) -> date:
        end = date(year, month, 31)
        return end - timedelta(days=(end.weekday() - weekday) % 7)

    return rule


def from_day(weekday: int, month: int, day: int) -> Rule:
    """The first such weekday from a day on."""

    def rule(year: int) -> date:
        begins = date(year, month, day)
        return begins + timedelta(days=(weekday - begins.weekday()) % 7)

    return rule


def easter_of_the_west(year: int) -> date:
    """Easter Sunday by the Gregorian calendar."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def easter_of_the_east(year: int) -> date:
    """Easter Sunday by the Julian calendar, told in ours (13 days later until 2099)."""
    a = (19 * (year % 19) + 15) % 30
    b = (2 * (year % 4) + 4 * (year % 7) - a + 34) % 7
    month, day = divmod(a + b + 114, 31)
    return date(year, month, day + 1) + timedelta(days=year // 100 - year // 400 - 2)


def _mothering_sunday(year: int) -> date:
    return easter_of_the_west(year) - timedelta(days=21)


def _mothers_of_france(year: int) -> date:
    """The last Sunday of May, or the one after where that is Whit Sunday."""
    day = last(SUNDAY, 5)(year)
    return day + timedelta(days=7) if day - easter_of_the_west(year) == timedelta(days=49) else day


def _each(rule: Rule, countries: str) -> dict[str, Rule]:
    return dict.fromkeys(countries.split(), rule)


@dataclass(frozen=True, slots=True)
class Holiday:
    """`elsewhere` None: only the countries named keep it, nobody else is greeted."""

    label: str
    elsewhere: Rule | None
    countries: Mapping[str, Rule]

    def day(self, *, country: str, year: int) -> date | None:
        """When `country` (two letters) keeps it in that season; None where it does not."""
        rule = self.countries.get(country, self.elsewhere)
        return rule(year) if rule is not None else None


HOLIDAYS: Mapping[str, Holiday] = {
    "christmas": Holiday(
        "Christmas",
        on(12, 25),
        {
            **dict.fromkeys(EVE, on(12, 24)),
            **dict.fromkeys(JULIAN_CHRISTMAS, on(1, 7, years_later=1)),
        },
    ),
    "new_year": Holiday("New year", on(1, 1), {}),
    "easter": Holiday("Easter", easter_of_the_west, dict.fromkeys(ORTHODOX, easter_of_the_east)),
    "mothers_day": Holiday(
        "Mother's Day",
        nth(2, SUNDAY, 5),
        {
            **_each(on(3, 25), "SI"),
            **_each(on(3, 8), "BG MK"),
            **_each(_mothering_sunday, "GB IE"),
            **_each(_mothers_of_france, "FR"),
            **_each(last(SUNDAY, 5), "SE"),
            **_each(on(5, 26), "PL"),
            **_each(nth(1, SUNDAY, 5), "ES HU LT PT RO"),
            **_each(nth(2, SUNDAY, 2), "NO"),
        },
    ),
    "womens_day": Holiday("Women's Day", on(3, 8), {}),
    "midsummer": Holiday(
        "Midsummer",
        None,
        {
            **_each(from_day(SATURDAY, 6, 20), "FI SE"),
            **_each(on(6, 24), "EE LT LV"),
            **_each(on(6, 23), "DK NO"),
        },
    ),
    "st_nicholas": Holiday(
        "Saint Nicholas",
        None,
        {**_each(on(12, 6), "AT BE CH CZ DE HR HU LU PL RO SI SK"), **_each(on(12, 5), "NL")},
    ),
}


def season_of(*, kind: str, country: str, today: date) -> int:
    """The year of the next season: the one that the shop's country has still before it."""
    holiday = HOLIDAYS[kind]
    for year in (today.year - 1, today.year, today.year + 1):
        day = holiday.day(country=country, year=year)
        if day is None:  # not kept there: those who keep it decide
            day = max(days_of(kind=kind, year=year))
        if day >= today:
            return year
    return today.year + 1


def days_of(*, kind: str, year: int) -> dict[date, list[str]]:
    """Its days in that season, the earliest first, with the countries that keep it then. An empty
    country stands for all others."""
    holiday = HOLIDAYS[kind]
    grouped: dict[date, list[str]] = {}
    for country in ("", *sorted(holiday.countries)):
        if (day := holiday.day(country=country, year=year)) is not None:
            grouped.setdefault(day, []).append(country)
    return dict(sorted(grouped.items()))
