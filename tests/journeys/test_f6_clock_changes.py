"""D6: over every clock change of 2026 and 2027, each mail leaves once, and none in quiet hours."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.catalog import review_request
from engagement.flows.operations.publish_version import publish_version
from engagement.flows.operations.replan import replan
from orders.models import Customer

ZONES = {
    "Europe/Prague": "CZ",
    "Europe/Helsinki": "FI",
    "America/New_York": "US",
    "Australia/Sydney": "AU",
}


def changes(name: str) -> list[datetime]:
    """Every moment of 2026 and 2027 at which the zone's clocks change."""
    zone = ZoneInfo(name)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(730 * 24)]
    return [
        later
        for earlier, later in itertools.pairwise(hours)
        if earlier.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
    ]


CASES = [(zone, change) for zone in ZONES for change in changes(zone)]


def test_there_are_sixteen_changes():
    assert len(CASES) == 16


@pytest.fixture
def arrived(begin):
    """A parcel that arrived so that its review request falls on the day of a clock change."""

    def arrive(zone: str, change: datetime, **about):
        day = change.astimezone(ZoneInfo(zone)).replace(hour=12, minute=0)
        journey = begin(
            at=(day - timedelta(days=10, hours=2)).astimezone(UTC),
            slug="clock",
            time_zone=zone,
            country=ZONES[zone],
            **about,
        )
        order = journey.buys(shipping_address={"city": "X", "country_code": ZONES[zone]})
        with store_scope(journey.store.pk):
            Customer.objects.update(time_zone=zone, time_zone_source="own")
        parcel = journey.ships(order)
        journey.wait(hours=2)
        journey.carrier_says(order, parcel, "delivered")
        return journey

    return arrive


@pytest.mark.parametrize(("zone", "change"), CASES)
def test_ten_in_the_morning_of_a_changed_day_is_kept(arrived, zone, change):
    journey = arrived(zone, change)
    journey.wait(days=14)
    (message,) = journey.messages(template="review_request")
    local = message.handed_at.astimezone(ZoneInfo(zone))
    assert local.date() == change.astimezone(ZoneInfo(zone)).date()
    assert (local.hour, local.minute) == (10, 0)
    assert journey.sent().count("review_request") == 1


@pytest.mark.parametrize(("zone", "change"), CASES)
def test_a_night_hour_that_is_skipped_or_repeated_sends_once_and_inside_its_window(
    arrived, zone, change
):
    journey = arrived(zone, change, send_windows=[[day, "02:00", "04:00"] for day in range(7)])
    with store_scope(journey.store.pk):
        publish_night(journey.store, now=journey.now)
    journey.wait(days=14)
    (message,) = journey.messages(template="review_request")
    assert message.status == "sent"
    local = message.handed_at.astimezone(ZoneInfo(zone))
    assert 2 <= local.hour < 4
    assert journey.sent().count("review_request") == 1


def publish_night(store: Store, *, now: datetime) -> None:
    """The review request goes at half past two at night."""
    ask, reminder = review_request.FLOW.steps
    night = replace(ask, wait=replace(ask.wait, at="02:30"))
    publish_version(
        store=store, definition=replace(review_request.FLOW, steps=(night, reminder)), now=now
    )
    replan(store=store, key="review_request", now=now)
