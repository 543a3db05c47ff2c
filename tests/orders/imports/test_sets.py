"""New orders go in as sets, whatever they bring along: twice the orders, not one statement more."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.events.models import EventRow
from core.money import Amount
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports.records import Record
from orders.imports.write_orders import OrderWriter
from orders.ingest import snapshots as s
from orders.models import Fulfillment, FulfillmentLine, Order, OrderDocument, Refund, TrackingEvent
from tests.factories.stores import StoreFactory
from tests.orders.imports.histories import NOW, SOURCE, START

pytestmark = pytest.mark.django_db


def whole_order(number: int) -> s.OrderSnapshot:
    """An order with everything that a file may hold."""
    placed = START + timedelta(hours=number)
    return s.OrderSnapshot(
        source=SOURCE,
        external_id=f"o{number}",
        number=f"#{number}",
        currency="CZK",
        placed_at=placed,
        updated_at=placed + timedelta(days=2),
        total=Amount(9_900),
        payment_status="paid",
        email=f"buyer{number}@mail.example",
        lines=(
            s.LineSnapshot(
                external_id="1",
                title=f"Soap {number}",
                quantity=Decimal(3),
                unit_price=Amount(3_300),
                total=Amount(9_900),
                sku=f"S{number}",
            ),
        ),
        fulfillments=(
            s.FulfillmentSnapshot(
                external_id="p1",
                status="out_for_delivery",
                tracking_number=f"TN{number}",
                shipped_at=placed + timedelta(days=1),
                estimated_at=placed + timedelta(days=3),
                lines=(("1", Decimal(2)),),
            ),
        ),
        refunds=(
            s.RefundSnapshot(
                "r1",
                Amount(3_300),
                placed + timedelta(days=4),
                lines=(("1", Decimal(1), Amount(0)),),
            ),
        ),
        documents=(s.DocumentSnapshot("d1", "invoice", "Invoice", "https://shop.example/1.pdf"),),
        consent=s.ConsentStatement(
            email=f"buyer{number}@mail.example",
            basis="explicit",
            stated_at=placed,
            source="checkout",
        ),
    )


def other_order(store: Store) -> None:
    writer = OrderWriter(store=store, source=SOURCE, now=NOW)
    told = replace(whole_order(9), fulfillments=(), refunds=(), documents=(), consent=None)
    with transaction.atomic():
        writer.take([Record(2, told)])


def take(store: Store, *, orders: int) -> int:
    """How many statements it took to take them in."""
    records = [Record(number + 2, whole_order(number)) for number in range(orders)]
    with store_scope(store.pk), transaction.atomic():
        writer = OrderWriter(store=store, source=SOURCE, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            taken = writer.take(records)
    assert taken.counts["orders new"] == orders
    return len(captured)


def test_twice_as_many_orders_take_as_many_statements() -> None:
    store, other_store = StoreFactory(), StoreFactory()
    few = take(store, orders=4)
    assert take(other_store, orders=8) == few


def test_a_batch_that_was_rolled_back_goes_in_again() -> None:
    """A rival may have been first with one of its rows; what was worked out for it is void then."""
    store = StoreFactory()
    with store_scope(store.pk):
        writer = OrderWriter(store=store, source=SOURCE, now=NOW)
        records = [writer.prepare(Record(number + 2, whole_order(number))) for number in range(3)]
        with transaction.atomic():
            writer.take(records)
            transaction.set_rollback(True)
        writer.rolled_back()
        assert not Order.objects.exists()
        other_order(store)  # takes the first key that the rolled back ones were given
        with transaction.atomic():
            writer.take(records)
        writer.committed()
        parcels = Fulfillment.objects.select_related("order")
        assert {row.tracking_number: row.order.number for row in parcels} == {
            f"TN{number}": f"#{number}" for number in range(3)
        }


def test_everything_an_order_brings_is_there_and_settled() -> None:
    store = StoreFactory()
    take(store, orders=3)
    with store_scope(store.pk):
        for model in (Order, Fulfillment, FulfillmentLine, Refund, OrderDocument):
            assert model.objects.count() == 3, model
        assert TrackingEvent.objects.filter(fulfillment__isnull=False).count() == 6
        order = Order.objects.get(number="#1")
        line, parcel = order.lines.get(), order.fulfillments.get()
        assert (order.fulfillment_status, order.refunded_minor) == ("fulfilled", 3_300)
        assert (line.refunded_quantity, parcel.lines.get().quantity) == (1, 2)
        assert parcel.status == "out_for_delivery"
        assert parcel.estimated_at == order.placed_at + timedelta(days=3)
        names = EventRow.objects.filter(payload__order_id=order.pk).values_list("name", flat=True)
        assert sorted(names) == [
            "fulfillment.out_for_delivery",
            "fulfillment.shipped",
            "order.document_added",
            "order.paid",
            "order.placed",
            "order.refunded",
        ]
        assert set(EventRow.objects.values_list("origin", flat=True)) == {"import"}
