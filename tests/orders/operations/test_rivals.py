"""Two workers with news of the same thing in the same instant. PostgreSQL only: SQLite has one writer."""

import threading

import pytest
from django.db import close_old_connections, connection, transaction

from core.events.models import EventRow
from core.stores.scope import store_scope
from orders.ingest.snapshots import FulfillmentUpdate
from orders.models import Customer, Fulfillment, Order, Product, TrackingEvent
from orders.operations.apply_news import apply_news
from orders.operations.watch_delays import watch_delays
from tests.factories.news import HOUR, PLACED, carrier, line, parcel, told

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 8


def at_once(*works):
    """Run all in threads that start together; raise what any of them raised."""
    gate, errors = threading.Barrier(len(works)), []

    def run(work):
        close_old_connections()
        try:
            gate.wait(timeout=10)
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    if errors:
        raise errors[0]


def hearing(store, now, *news):
    def work():
        for one in news:
            with store_scope(store.pk), transaction.atomic():
                apply_news(news=one, store=store, origin="live", now=now)

    return work


def test_two_tell_of_the_same_new_order(store, now):
    for n in range(ROUNDS):
        first = told(external_id=f"o-{n}")
        second = told(external_id=f"o-{n}", updated_at=PLACED + HOUR, payment_status="paid")
        at_once(hearing(store, now, first), hearing(store, now, second))
    with store_scope(store.pk):
        assert Order.objects.count() == ROUNDS
        assert set(Order.objects.values_list("payment_status", flat=True)) == {"paid"}
        assert EventRow.objects.filter(name="order.placed").count() == ROUNDS
        assert EventRow.objects.filter(name="order.paid").count() == ROUNDS
        assert Customer.objects.get().order_count == ROUNDS


def test_two_orders_of_one_new_guest_make_one_customer(store, now):
    for n in range(ROUNDS):
        email = f"guest{n}@mail.example"
        goods = [line(external_id=str(m), product_external_id=f"g-{n}-{m}") for m in range(4)]
        orders = [
            told(external_id=f"{n}-{side}", customer=None, email=email, lines=tuple(lines))
            for side, lines in (("a", goods), ("b", goods[::-1]))
        ]
        at_once(*(hearing(store, now, order) for order in orders))
    with store_scope(store.pk):
        assert Customer.objects.count() == ROUNDS
        assert set(Customer.objects.values_list("order_count", flat=True)) == {2}
        assert Product.objects.count() == 4 * ROUNDS


def test_a_parcel_and_its_carrier_news_arriving_together_always_meet(store, now):
    for n in range(ROUNDS):
        number = f"NUM{n}"
        with store_scope(store.pk), transaction.atomic():
            apply_news(news=told(external_id=f"o-{n}"), store=store, origin="live", now=now)
        box = FulfillmentUpdate("generic", f"o-{n}", parcel(tracking_number=number))
        news = carrier(("delivered", PLACED + 40 * HOUR), tracking_number=number)
        at_once(hearing(store, now, box), hearing(store, now, news))
    with store_scope(store.pk):
        assert not TrackingEvent.objects.filter(fulfillment__isnull=True).exists()
        assert set(Fulfillment.objects.values_list("status", flat=True)) == {"delivered"}
        assert EventRow.objects.filter(name="order.delivered").count() == ROUNDS


def test_two_delay_watches_tell_each_order_once(store, now):
    with store_scope(store.pk):
        for n in range(20):
            with transaction.atomic():
                apply_news(
                    news=told(external_id=f"o-{n}", promised_at=PLACED),
                    store=store,
                    origin="live",
                    now=now,
                )
    seen = []

    def watch():
        seen.append(watch_delays(store=store, now=now))

    at_once(watch, watch, watch)
    assert sum(seen) == 20
    with store_scope(store.pk):
        assert EventRow.objects.filter(name="order.delayed").count() == 20
