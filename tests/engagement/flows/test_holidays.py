"""Holidays by country, against calendars of several years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.flows.holidays import HOLIDAYS, days_of, season_of

YEARS = st.integers(2020, 2090)
KINDS = st.sampled_from(sorted(HOLIDAYS))

# As printed in calendars.
KNOWN = [
    *(
        ("easter", "CZ", day)
        for day in (
            *("2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16"),
            *("2029-04-01", "2030-04-21", "2038-04-25"),
        )
    ),
    *(
        ("easter", "GR", day)
        for day in (
            *("2024-05-05", "2025-04-20", "2026-04-12", "2027-05-02", "2028-04-16"),
            *("2029-04-08", "2030-04-28"),
        )
    ),
    ("christmas", "CZ", "2026-12-24"),
    ("christmas", "FI", "2027-12-24"),
    ("christmas", "GB", "2026-12-25"),
    ("christmas", "UA", "2026-12-25"),
    ("mothers_day", "CZ", "2026-05-10"),
    ("mothers_day", "FI", "2027-05-09"),
    ("mothers_day", "SI", "2026-03-25"),
    ("mothers_day", "GB", "2026-03-15"),
    ("mothers_day", "GB", "2027-03-07"),
    ("mothers_day", "FR", "2026-05-31"),
    ("mothers_day", "FR", "2023-06-04"),
    ("mothers_day", "SE", "2026-05-31"),
    ("mothers_day", "PL", "2027-05-26"),
    ("mothers_day", "HU", "2026-05-03"),
    ("mothers_day", "NO", "2026-02-08"),
    ("midsummer", "FI", "2026-06-20"),
    ("midsummer", "FI", "2027-06-26"),
    ("midsummer", "SE", "2025-06-21"),
    ("midsummer", "LV", "2026-06-24"),
    ("st_nicholas", "SK", "2026-12-06"),
    ("st_nicholas", "NL", "2026-12-05"),
    ("new_year", "SI", "2027-01-01"),
]


@pytest.mark.parametrize(("kind", "country", "day"), KNOWN)
def test_the_day_is_the_one_in_the_calendar(kind, country, day):
    expected = date.fromisoformat(day)
    assert HOLIDAYS[kind].day(country=country, year=expected.year) == expected


def test_a_julian_christmas_belongs_to_the_season_before():
    assert HOLIDAYS["christmas"].day(country="RS", year=2026) == date(2027, 1, 7)


def test_who_does_not_keep_it_is_not_greeted():
    assert HOLIDAYS["midsummer"].day(country="CZ", year=2026) is None


@given(KINDS, YEARS)
def test_each_day_of_a_season_is_told_once_in_order(kind, year):
    days = days_of(kind=kind, year=year)
    assert list(days) == sorted(days)
    named = [country for countries in days.values() for country in countries]
    assert len(named) == len(set(named))
    if kind == "easter":
        assert {day.weekday() for day in days} == {6}


@given(
    KINDS,
    st.sampled_from(["CZ", "FI", "SI", "GR", "RS", "US", ""]),
    st.dates(date(2020, 1, 1), date(2060, 1, 1)),
)
def test_the_next_season_lies_ahead_and_is_the_nearest(kind, country, today):
    year = season_of(kind=kind, country=country, today=today)
    day = HOLIDAYS[kind].day(country=country, year=year) or max(days_of(kind=kind, year=year))
    before = HOLIDAYS[kind].day(country=country, year=year - 1)
    assert today <= day <= today.replace(day=1).replace(year=today.year + 2)
    assert before is None or before < today
