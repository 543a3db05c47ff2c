"""Birthdays and anniversaries are found once, on the right local day, at the cost of who has one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events.models import EventRow
from orders.occasions import is_settled, occurrence_in
from orders.operations.near_occasions import LEAD_DAYS, near_anniversaries, near_birthdays
from tests.factories.orders import CustomerFactory


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def births(year_month_day):
    year, month, day = year_month_day
    return {"birthday_year": year, "birthday_month": month, "birthday_day": day}


def recorded() -> list[tuple[str, str]]:
    return list(EventRow.objects.order_by("key").values_list("key", "payload__on"))


@given(st.integers(1990, 2100), st.dates())
def test_every_real_date_comes_back_every_year(year, born):
    kept = occurrence_in(year=year, month=born.month, day=born.day)
    assert kept is not None
    assert kept.year == year
    assert (
        kept == date(year, born.month, born.day)
        if (born.month, born.day) != (2, 29)
        else kept.month == 2
    )


def test_a_date_that_no_year_has_is_never_kept():
    assert occurrence_in(year=2026, month=4, day=31) is None


@pytest.mark.parametrize(
    ("entered", "settled"),
    [(at(2026, 2, 1), True), (at(2026, 2, 3), False), (at(2026, 3, 5), False), (None, True)],
)
def test_a_birthday_entered_shortly_before_waits_a_year(entered, settled):
    zone = ZoneInfo("Europe/Prague")
    assert is_settled(on=date(2026, 3, 4), entered_at=entered, zone=zone) is settled


def test_a_near_birthday_is_recorded_once_however_often_we_look(in_store):
    person = CustomerFactory(store=in_store, **births((1990, 3, 6)))
    CustomerFactory(store=in_store, **births((1990, 6, 6)))
    for hours in (0, 1, 24, 48):
        near_birthdays(store=in_store, now=at(2026, 3, 3) + timedelta(hours=hours))
    assert recorded() == [(f"{person.pk}:2026", "2026-03-06")]


def test_next_year_is_another_occurrence(in_store):
    person = CustomerFactory(store=in_store, **births((1990, 3, 6)))
    near_birthdays(store=in_store, now=at(2026, 3, 3))
    near_birthdays(store=in_store, now=at(2027, 3, 3))
    assert [key for key, _ in recorded()] == [f"{person.pk}:2026", f"{person.pk}:2027"]


def test_a_leap_day_is_kept_on_the_28th_in_common_years(in_store):
    person = CustomerFactory(store=in_store, **births((1992, 2, 29)))
    near_birthdays(store=in_store, now=at(2027, 2, 24))
    near_birthdays(store=in_store, now=at(2028, 2, 24))
    assert recorded() == [
        (f"{person.pk}:2027", "2027-02-28"),
        (f"{person.pk}:2028", "2028-02-29"),
    ]


def test_a_birthday_over_new_year_belongs_to_the_new_year(in_store):
    person = CustomerFactory(store=in_store, **births((1990, 1, 2)))
    near_birthdays(store=in_store, now=at(2026, 12, 29))
    assert recorded() == [(f"{person.pk}:2027", "2027-01-02")]


def test_silent_days_miss_nobody_within_the_window(in_store):
    person = CustomerFactory(store=in_store, **births((1990, 3, 10)))
    near_birthdays(store=in_store, now=at(2026, 3, 1))
    near_birthdays(store=in_store, now=at(2026, 3, 10))  # nine days later
    assert recorded() == [(f"{person.pk}:2026", "2026-03-10")]


def test_an_anniversary_counts_years_and_skips_the_first_day(in_store):
    person = CustomerFactory(store=in_store, account_created_on=date(2023, 3, 5))
    CustomerFactory(store=in_store, account_created_on=date(2026, 3, 5))
    near_anniversaries(store=in_store, now=at(2026, 3, 3))
    assert recorded() == [(f"{person.pk}:3", "2026-03-05")]


def test_a_leap_day_account_is_kept_on_the_28th(in_store):
    person = CustomerFactory(store=in_store, account_created_on=date(2024, 2, 29))
    near_anniversaries(store=in_store, now=at(2027, 2, 24))
    assert recorded() == [(f"{person.pk}:3", "2027-02-28")]


def test_the_cost_is_of_who_has_a_birthday(in_store, django_assert_num_queries):
    for _ in range(30):
        CustomerFactory(store=in_store, **births((1990, 9, 9)))
    with django_assert_num_queries(1):
        near_birthdays(store=in_store, now=at(2026, 3, 3))
    assert LEAD_DAYS == 7


def test_stores_do_not_see_each_others_birthdays(store, other_store, unscoped):
    CustomerFactory(store=other_store, **births((1990, 3, 6)))
    assert near_birthdays(store=store, now=at(2026, 3, 3)) == 0
