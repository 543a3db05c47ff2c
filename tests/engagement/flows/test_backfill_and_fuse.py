"""Writing to people of the past is counted, capped and spread; a flood trips the fuse."""

from datetime import timedelta

import pytest

from engagement.flows.models import Flow, FlowHour
from engagement.flows.operations import watch_floods as fuse
from engagement.flows.operations.start_backfill import (
    BackfillRefused,
    count_backfill,
    start_backfill,
)
from engagement.flows.operations.watch_floods import allowed_an_hour, watch_floods
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.dispatch import drain_outbox
from orders.events import OrderChanged
from tests.conftest import NOON

DAY = timedelta(days=1)


@pytest.fixture
def history(bought, ship, deliver):
    """Eight imported orders that arrived weeks ago; nothing was ever sent about them."""
    orders = []
    for week in range(2, 10):
        then = NOON - 7 * week * DAY
        order = bought(placed_at=then - 3 * DAY, origin="import").order
        deliver(ship(order, at=then - DAY, origin="import"), at=then, origin="import")
        orders.append(order)
    assert not Message.objects.exists()
    return orders


def backfill(shop, **changes):
    wish = {"flow": "review_request", "since": NOON - 40 * DAY, "cap": 100, "spread_days": 4}
    return count_backfill(store=shop, now=NOON, **{**wish, **changes})


def test_the_dry_run_counts_and_plans_nothing(shop, history):
    assert backfill(shop).counted == 4  # arrived 2 to 5 weeks ago, ordered within 40 days
    assert backfill(shop, cap=3).counted == 3
    assert backfill(shop, since=NOON - 400 * DAY).counted == 8
    assert not Message.objects.exists()


def test_a_backfill_is_capped_spread_and_passes_the_rules_when_due(shop, history, clock):
    wish = start_backfill(backfill=backfill(shop, cap=3), now=NOON)
    assert wish.planned == 3
    asks = Message.objects.filter(step="ask").order_by("due_at")
    assert [message.due_at for message in asks] == [
        NOON,
        NOON + 32 * DAY / 24,
        NOON + 64 * DAY / 24,
    ]
    assert {message.order_id for message in asks} == {order.pk for order in history[:3]}
    clock.move_to(NOON + 4 * DAY)
    drain_outbox(only_store=shop.pk)
    statuses = list(asks.values_list("status", flat=True))
    assert statuses == [Message.Status.SENT] * 3
    assert Message.objects.filter(step="reminder", status=Message.Status.PLANNED).count() == 3


def test_nobody_is_asked_twice_by_a_second_backfill(shop, history):
    first = backfill(shop)
    start_backfill(backfill=first, now=NOON)
    assert backfill(shop).counted == 0
    with pytest.raises(BackfillRefused, match="is done"):
        start_backfill(backfill=first, now=NOON)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"flow": "order_confirmation"}, "never order news"),
        ({"flow": "birthday"}, "follow a purchase"),
        ({"flow": "nonsense"}, "not on"),
        ({"cap": 0}, "at least one mail"),
    ],
)
def test_what_cannot_be_backfilled_is_refused_in_plain_words(shop, changes, says):
    with pytest.raises(BackfillRefused, match=says):
        backfill(shop, **changes)


def test_those_held_out_stay_held_out_in_a_backfill(shop, history):
    Flow.objects.filter(key="review_request").update(holdout_bp=10_000)
    start_backfill(backfill=backfill(shop), now=NOON)
    assert set(Message.objects.values_list("reason", flat=True)) == {Reason.HELD_OUT}


@pytest.mark.parametrize(
    ("before", "allowed"),
    [([], 200), ([1000] * 300, 200), ([100] * 672, 500), ([30] * 672, 200), ([90] * 400, 450)],
)
def test_the_fuse_allows_two_hundred_or_five_times_the_usual_hour(before, allowed):
    assert allowed_an_hour(before) == allowed


@pytest.fixture
def flood(shop, bought, tell, monkeypatch):
    """The shop edits all its orders at once; the floor is lowered to keep the test small."""
    monkeypatch.setattr(fuse, "ALWAYS_ALLOWED", 3)

    def run(count: int) -> None:
        for _ in range(count):
            order = bought(consent=False).order
            news = OrderChanged(order_id=order.pk, customer_id=order.customer_id, changes=["total"])
            tell(news, order, key=f"{order.pk}:1")

    return run


def test_a_flood_pauses_its_flow_and_says_so(shop, flood):
    flood(3)
    assert watch_floods(now=NOON) == []
    flood(1)
    assert watch_floods(now=NOON) == [(shop.pk, "order_changed")]
    flow = Flow.objects.get(key="order_changed")
    assert flow.status == Flow.Status.PAUSED
    assert "planned 4 mails within the hour" in flow.paused_reason
    assert set(Outbox.objects.values_list("state", flat=True)) == {Outbox.State.PAUSED}


def test_who_switches_it_on_again_has_the_last_word_for_that_hour(shop, flood, clock):
    flood(4)
    watch_floods(now=NOON)
    Flow.objects.update(status=Flow.Status.ON, paused_reason="")
    assert watch_floods(now=NOON + timedelta(minutes=5)) == []
    clock.shift(timedelta(hours=1))
    assert watch_floods(now=NOON + timedelta(hours=1)) == []  # the new hour is quiet
    assert FlowHour.objects.get().planned == 4


def test_a_flood_of_orders_never_silences_confirmations(shop, bought, place, monkeypatch):
    monkeypatch.setattr(fuse, "ALWAYS_ALLOWED", 1)
    for _ in range(3):
        place(bought(consent=False).order)
    assert watch_floods(now=NOON) == []


def test_demo_stores_have_no_fuse(shop, flood):
    shop.is_demo = True
    shop.save()
    flood(5)
    assert watch_floods(now=NOON) == []
