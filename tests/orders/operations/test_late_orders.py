"""The delay watch: each clock that runs out is told once, and only of orders that still wait."""

from datetime import UTC, datetime, timedelta

import pytest

from core.events.models import EventRow
from core.stores.scope import store_scope
from orders.ingest.snapshots import OrderDeleted
from orders.models import Order
from orders.operations import watch_delays as module
from orders.operations.watch_delays import watch_delays
from tests.factories.news import HOUR, PLACED, carrier, parcel, told

pytestmark = pytest.mark.django_db

PROMISED = datetime(2026, 3, 6, 11, 0, tzinfo=UTC)
OVER = datetime(2026, 3, 6, 23, 0, tzinfo=UTC)  # midnight in Prague
PROMISE = told(promised_at=PROMISED)
SHIPPED = PLACED + 24 * HOUR


def delays():
    return list(EventRow.objects.filter(name="order.delayed").values_list("key", flat=True))


def test_a_promise_is_over_with_its_local_day(hear, store):
    hear(PROMISE)
    order = Order.objects.get()
    assert order.delay_check_at == OVER
    assert watch_delays(store=store, now=OVER - HOUR) == 0
    assert watch_delays(store=store, now=OVER) == 1
    assert watch_delays(store=store, now=OVER) == 0
    assert delays() == [f"{order.pk}:promise_passed:2026-03-06"]
    order.refresh_from_db()
    assert (order.delay_told_at, order.delay_check_at) == (OVER, None)


def test_a_silent_parcel_is_told_and_carrier_news_moves_the_clock(hear, store):
    hear(told(fulfillments=(parcel(),), updated_at=SHIPPED))
    order = Order.objects.get()
    assert order.delay_check_at is None  # nobody reports of it yet
    hear(carrier(("in_transit", SHIPPED + HOUR)))
    order.refresh_from_db()
    assert order.delay_check_at == SHIPPED + HOUR + timedelta(days=4)
    hear(carrier(("in_transit", SHIPPED + timedelta(days=2))))
    assert watch_delays(store=store, now=SHIPPED + timedelta(days=5)) == 0
    assert watch_delays(store=store, now=SHIPPED + timedelta(days=6)) == 1
    assert delays() == [f"{order.pk}:silent:{order.fulfillments.get().pk}"]


def test_a_carriers_estimate_is_a_promise_too(hear, store):
    hear(told(fulfillments=(parcel(),), updated_at=SHIPPED))
    hear(carrier(("in_transit", SHIPPED + HOUR), estimated_at=PROMISED - timedelta(days=1)))
    watch_delays(store=store, now=OVER - timedelta(days=1))
    assert [key.split(":")[1:] for key in delays()] == [["promise_passed", "2026-03-05"]]


def test_a_new_promise_after_the_telling_is_watched_again(hear, store):
    hear(PROMISE)
    watch_delays(store=store, now=OVER)
    later = told(promised_at=PROMISED + timedelta(days=3), updated_at=OVER + HOUR)
    hear(later, at=OVER + HOUR)
    hear(told(promised_at=PROMISED, updated_at=OVER + 2 * HOUR), at=OVER + 2 * HOUR)
    assert Order.objects.get().delay_check_at is None
    hear(told(promised_at=PROMISED + timedelta(days=3), updated_at=OVER + 3 * HOUR), at=OVER)
    watch_delays(store=store, now=OVER + timedelta(days=3))
    assert len(delays()) == 2


def test_the_shops_promise_stands_above_an_earlier_estimate(hear, store):
    hear(told(promised_at=PROMISED, fulfillments=(parcel(),), updated_at=SHIPPED))
    hear(carrier(("in_transit", SHIPPED + HOUR), estimated_at=PROMISED - timedelta(days=1)))
    watch_delays(store=store, now=OVER - HOUR)
    assert delays() == []
    watch_delays(store=store, now=OVER)
    assert [key.split(":")[1:] for key in delays()] == [["promise_passed", "2026-03-06"]]


def test_a_carrier_who_says_it_will_be_late_is_told_at_once(hear, store):
    hear(told(promised_at=PROMISED, fulfillments=(parcel(),), updated_at=SHIPPED))
    hear(carrier(("in_transit", SHIPPED + HOUR), estimated_at=PROMISED + timedelta(days=2)))
    watch_delays(store=store, now=SHIPPED + 2 * HOUR)
    assert [key.split(":")[1:] for key in delays()] == [["promise_passed", "2026-03-06"]]
    watch_delays(store=store, now=OVER + HOUR)
    assert len(delays()) == 1


def test_silence_and_then_a_broken_promise_are_one_apology(hear, store):
    promised = SHIPPED + timedelta(days=4, hours=12)
    hear(told(promised_at=promised, fulfillments=(parcel(),), updated_at=SHIPPED))
    hear(carrier(("in_transit", SHIPPED)))
    for hours in range(0, 24 * 8, 6):
        watch_delays(store=store, now=SHIPPED + hours * HOUR)
    assert [key.split(":")[1] for key in delays()] == ["silent"]


@pytest.mark.parametrize(
    "end",
    [
        told(promised_at=PROMISED, canceled_at=PLACED + HOUR, updated_at=PLACED + HOUR),
        OrderDeleted("generic", "o-1", PLACED + HOUR),
        told(
            promised_at=PROMISED,
            updated_at=PLACED + 48 * HOUR,
            fulfillments=(parcel(status="delivered", delivered_at=PLACED + 47 * HOUR),),
        ),
    ],
)
def test_an_order_that_has_ended_is_not_watched(hear, store, end):
    hear(PROMISE)
    hear(end)
    assert Order.objects.get().delay_check_at is None
    assert watch_delays(store=store, now=OVER) == 0
    assert delays() == []


def test_a_parcel_waiting_at_the_pickup_point_is_not_silent(hear):
    hear(
        told(
            fulfillments=(parcel(status="ready_for_pickup"),),
            updated_at=SHIPPED,
        )
    )
    assert Order.objects.get().delay_check_at is None


def test_history_is_not_watched(hear, now):
    hear(PROMISE, at=OVER + timedelta(days=400))
    assert Order.objects.get().delay_check_at is None


def test_both_clocks_at_once_are_one_piece_of_news(hear, store):
    hear(told(promised_at=PROMISED, fulfillments=(parcel(),), updated_at=SHIPPED))
    watch_delays(store=store, now=OVER + timedelta(days=2))
    assert len(delays()) == 1


def test_a_rival_who_looks_in_the_same_instant_tells_nothing_twice(hear, store, monkeypatch):
    hear(PROMISE)
    real, entered = module.record, []

    def record_after_rival(**said):
        if not entered:
            entered.append(True)
            watch_delays(store=store, now=OVER)
        return real(**said)

    monkeypatch.setattr(module, "record", record_after_rival)
    watch_delays(store=store, now=OVER)
    assert entered
    assert len(delays()) == 1


def test_it_looks_at_no_more_than_asked_and_at_this_store_only(hear, store, other_store):
    for n in range(3):
        hear(told(external_id=f"o-{n}", promised_at=PROMISED))
    assert watch_delays(store=other_store, now=OVER) == 0
    assert watch_delays(store=store, now=OVER, limit=2) == 2
    assert watch_delays(store=store, now=OVER, limit=2) == 1
    with store_scope(store.pk):
        assert len(delays()) == 3


def test_what_is_not_due_costs_nothing(hear, store, django_assert_num_queries):
    # one read between the savepoint and its release
    for n in range(20):
        hear(told(external_id=f"o-{n}", promised_at=PROMISED))
    with django_assert_num_queries(3):
        assert watch_delays(store=store, now=OVER - HOUR) == 0
