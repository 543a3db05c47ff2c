"""F3: who has not been back for long is missed, twice at most; any order ends it."""

import pytest

from engagement.flows.models import Flow
from engagement.flows.operations.switch_flow import switch_flow
from tests.factories.journey import Journey


@pytest.fixture
def missing(journey: Journey) -> Journey:
    switch_flow(store=journey.store, key="win_back", to=Flow.Status.ON, now=journey.now)
    journey.wait(seconds=2)
    return journey


def when(journey: Journey, template: str) -> list[int]:
    """How many days after the first order each such mail left."""
    zone = journey.store.zone
    first = min(m.anchor_at for m in journey.messages(template="order_confirmation"))
    return [
        (m.handed_at.astimezone(zone).date() - first.astimezone(zone).date()).days
        for m in journey.messages(template=template)
        if m.status == "sent"
    ]


def test_two_mails_after_a_long_silence_and_then_peace(missing):
    missing.buys()
    missing.wait(days=400)
    assert when(missing, "win_back_1") == [120]
    assert when(missing, "win_back_2") == [150]


def test_an_order_ends_it_and_the_next_silence_counts_anew(missing):
    missing.buys()
    missing.wait(days=100)
    missing.buys()
    assert ("win_back_1", "reordered") in missing.skipped()
    missing.wait(days=200)
    assert when(missing, "win_back_1") == [220]


def test_a_customer_with_a_slow_rhythm_is_missed_later(missing):
    for _ in range(3):
        missing.buys()
        missing.wait(days=90)
    missing.wait(days=200)
    assert when(missing, "win_back_1") == [180 + 180]


def test_off_nobody_is_missed_and_switched_on_later_it_meets_those_who_are_silent(journey):
    journey.buys()
    journey.wait(days=70)
    assert not journey.messages(flow="win_back")
    switch_flow(store=journey.store, key="win_back", to=Flow.Status.ON, now=journey.now)
    journey.wait(days=60)
    assert when(journey, "win_back_1") == [120]


def test_without_a_yes_nobody_is_missed(missing):
    missing.buys(buyer_accepts_marketing=False)
    missing.wait(days=200)
    assert not when(missing, "win_back_1")
    assert ("win_back_1", "no_consent") in missing.skipped()
