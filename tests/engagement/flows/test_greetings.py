"""A greeting goes on the day on which each customer's country keeps the holiday, year after year."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.clock import now as store_now
from engagement.flows.models import Campaign
from engagement.flows.operations.plan_campaign import plan_slice
from engagement.flows.operations.run_campaign import schedule_campaign
from engagement.messages.models import LocalMail, Message
from engagement.messages.operations.dispatch import drain_outbox
from engagement.preferences.operations.record_consent import record_consent
from tests.conftest import NOON
from tests.factories.orders import CustomerFactory

PLACES = {
    "CZ": "Europe/Prague",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "FI": "Europe/Helsinki",
    "RS": "Europe/Belgrade",
    "": "",
}


@pytest.fixture
def people(shop):
    for country, zone in PLACES.items():
        person = CustomerFactory(store=shop, country=country, time_zone=zone)
        record_consent(
            customer_id=person.pk,
            basis="explicit",
            source="checkout",
            wording="Yes",
            stated_at=NOON,
            now=NOON,
        )


def greeting(shop, kind, **occasion) -> Campaign:
    return Campaign.objects.create(
        store=shop,
        kind="holiday_greeting",
        name=kind,
        content={"occasion": {"kind": kind, **occasion}},
        created_at=NOON,
    )


def planned(shop, row, clock, at: datetime) -> dict[str, date]:
    """Set going at `at` and planned when its time has come: who gets it on which local day."""
    clock.move_to(at)
    row = schedule_campaign(campaign=row, by="eva", now=store_now(shop))
    assert plan_slice(campaign_id=row.pk, store=shop, now=store_now(shop)) == 0, "too early"
    clock.move_to(datetime.combine(row.send_on, datetime.min.time(), tzinfo=NOON.tzinfo))
    while plan_slice(campaign_id=row.pk, store=shop, now=store_now(shop)):
        pass
    found = {}
    for message in Message.objects.filter(occurrence=row.occurrence).select_related("customer"):
        zone = message.customer.time_zone or shop.time_zone
        local = message.due_at.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (9, 0)
        found[message.customer.country] = local.date()
    return found


@pytest.mark.parametrize("year", [2026, 2027, 2030])
def test_christmas_comes_on_the_eve_or_the_day_or_in_january(shop, people, clock, year):
    days = planned(
        shop, greeting(shop, "christmas"), clock, datetime(year, 11, 2, tzinfo=NOON.tzinfo)
    )
    assert days == {
        "CZ": date(year, 12, 24),
        "FI": date(year, 12, 24),
        "GB": date(year, 12, 25),
        "GR": date(year, 12, 25),
        "RS": date(year + 1, 1, 7),
        "": date(year, 12, 24),  # not known: the shop's own country
    }


@pytest.mark.parametrize(
    ("year", "west", "east"),
    [
        (2027, date(2027, 3, 28), date(2027, 5, 2)),
        (2028, date(2028, 4, 16), date(2028, 4, 16)),
        (2029, date(2029, 4, 1), date(2029, 4, 8)),
    ],
)
def test_easter_of_west_and_east(shop, people, clock, year, west, east):
    days = planned(shop, greeting(shop, "easter"), clock, datetime(year, 1, 4, tzinfo=NOON.tzinfo))
    assert (days["CZ"], days["GR"], days["RS"], days["GB"]) == (west, east, east, west)


def test_who_keeps_no_such_day_gets_nothing_and_days_before_count(shop, people, clock):
    row = greeting(shop, "midsummer", days_before=2)
    days = planned(shop, row, clock, datetime(2026, 5, 1, tzinfo=NOON.tzinfo))
    assert days == {"FI": date(2026, 6, 18)}
    row.refresh_from_db()
    assert row.planned == 1


def test_a_day_that_has_passed_somewhere_is_not_greeted_late(shop, people, clock):
    """Mother's Day: Britain in March, here in May. The shop thinks of it in April."""
    clock.move_to(datetime(2026, 4, 20, tzinfo=NOON.tzinfo))
    row = schedule_campaign(campaign=greeting(shop, "mothers_day"), by="eva", now=store_now(shop))
    assert row.send_on == date(2026, 4, 20)
    while plan_slice(campaign_id=row.pk, store=shop, now=store_now(shop)):
        pass
    days = {m.customer.country: m.due_at.date() for m in Message.objects.all()}
    assert "GB" not in days
    assert days["CZ"] == date(2026, 5, 10)


def test_it_leaves_on_the_day_and_says_what_day_it_is(shop, people, clock):
    row = greeting(shop, "christmas")
    planned(shop, row, clock, datetime(2026, 12, 1, tzinfo=NOON.tzinfo))
    clock.move_to(datetime(2026, 12, 24, 12, tzinfo=NOON.tzinfo))
    drain_outbox()
    assert LocalMail.objects.count() == 3
    assert {"Merry Christmas" in mail.subject for mail in LocalMail.objects.all()} == {True}
    clock.move_to(datetime(2027, 1, 8, 12, tzinfo=NOON.tzinfo))
    drain_outbox()
    assert LocalMail.objects.count() == 6


def test_a_day_of_ones_own_counts_for_everybody(shop, people, clock):
    row = greeting(shop, "christmas")
    row.send_on = date(2026, 12, 20)
    row.save()
    days = planned(shop, row, clock, datetime(2026, 12, 1, tzinfo=NOON.tzinfo))
    assert set(days.values()) == {date(2026, 12, 20)}
