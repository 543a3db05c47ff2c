"""Guarantees follow their order, whatever is told in whatever order."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from core.clock import now as store_now
from core.events.models import EventRow
from orders.models import Fulfillment, FulfillmentLine, Guarantee, Order, WarrantyTerms
from orders.operations.register_guarantee import (
    KnownAlready,
    NothingPromised,
    check_guarantee,
    register_guarantee,
)
from orders.operations.settle_guarantees import settle_guarantees
from orders.operations.watch_claims import near_ends
from tests.conftest import NOON
from tests.factories.orders import OrderLineFactory, ProductFactory

pytestmark = pytest.mark.django_db


def settle(order: Order) -> list[tuple]:
    settle_guarantees(order_id=order.pk, now=NOON)
    rows = Guarantee.objects.order_by("order_line_id", "piece")
    return [(row.piece, row.starts_on, row.until, row.ended_at is None) for row in rows]


def deliver(order: Order, **days) -> None:
    order.delivered_at = NOON + timedelta(**days)
    order.save()


def test_they_begin_at_delivery_one_a_piece(lamps):
    assert settle(lamps.order) == []
    deliver(lamps.order)
    two = [(n, date(2026, 3, 3), date(2028, 3, 3), True) for n in (1, 2)]
    assert settle(lamps.order) == two
    assert settle(lamps.order) == two


def deliver_it(order, line):
    deliver(order)


def give_one_back(order, line):
    line.refunded_quantity = 1
    line.save()


def cancel_and_stand(order, line):
    for status in (Order.Status.CANCELED, Order.Status.OPEN):
        order.status = status
        order.save()
        settle_guarantees(order_id=order.pk, now=NOON)


@pytest.mark.parametrize("way", list(permutations((deliver_it, give_one_back, cancel_and_stand))))
def test_any_order_of_news_twice_ends_the_same(lamps, way):
    for step in way * 2:
        step(lamps.order, lamps.line)
        settle(lamps.order)
    living = [row for row in settle(lamps.order) if row[3]]
    assert living == [(1, date(2026, 3, 3), date(2028, 3, 3), True)]


def test_a_canceled_order_ends_them_and_a_taken_back_delivery_too(lamps):
    deliver(lamps.order)
    settle(lamps.order)
    lamps.order.delivered_at = None
    lamps.order.save()
    assert {row[3] for row in settle(lamps.order)} == {False}


def test_each_parcel_begins_on_its_own_day(lamps, store):
    other = OrderLineFactory(store=store, order=lamps.order, product=ProductFactory(store=store))
    parcel = Fulfillment.objects.create(
        store=store,
        order=lamps.order,
        external_id="1",
        status="delivered",
        delivered_at=NOON - timedelta(days=1),
        created_at=NOON,
    )
    FulfillmentLine.objects.create(
        store=store, fulfillment=parcel, order_line=lamps.line, quantity=2
    )
    assert [row[1] for row in settle(lamps.order)] == [date(2026, 3, 2)] * 2
    deliver(lamps.order, days=4)
    settle(lamps.order)
    assert other.guarantees.get().starts_on == date(2026, 3, 7)
    assert lamps.line.guarantees.first().starts_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("quantity", "pieces"), [("1", 1), ("20", 20), ("21", 1), ("500", 1), ("1.5", 1)]
)
def test_a_great_many_of_something_have_one_together(lamps, quantity, pieces):
    lamps.line.quantity = quantity
    lamps.line.save()
    lamps.line.refresh_from_db()
    deliver(lamps.order)
    assert len(settle(lamps.order)) == pieces


def test_what_was_promised_at_delivery_stays(lamps, store):
    terms = WarrantyTerms.objects.create(store=store, months=60)
    deliver(lamps.order)
    assert settle(lamps.order)[0][2] == date(2031, 3, 3)
    terms.months = 12
    terms.save()
    assert settle(lamps.order)[0][2] == date(2031, 3, 3)


def test_the_product_s_own_terms_go_before_those_of_everything(lamps, store):
    WarrantyTerms.objects.create(store=store, months=60)
    WarrantyTerms.objects.create(store=store, product=lamps.product, months=36)
    deliver(lamps.order)
    assert settle(lamps.order)[0][2] == date(2029, 3, 3)


def test_a_registered_thing_counts_once_somebody_has_looked(lamps, store):
    said = {
        "store": store,
        "product": lamps.product,
        "bought_on": date(2026, 1, 5),
        "country": "",
        "email": "a@mail.example",
        "now": NOON,
    }
    with pytest.raises(NothingPromised):
        register_guarantee(serial="AB 1", **said)
    WarrantyTerms.objects.create(store=store, product=lamps.product, months=36)
    made = register_guarantee(serial=" ab  1", **said)
    assert (made.serial, made.until, made.counts) == ("AB 1", date(2029, 1, 5), False)
    with pytest.raises(KnownAlready):
        register_guarantee(serial="ab 1", **said)
    check_guarantee(guarantee=made, now=NOON)
    made.refresh_from_db()
    assert made.counts


def test_an_end_is_told_once_and_a_later_end_again(guarantee, store):
    def tell() -> list[str]:
        near_ends(store=store, now=store_now(store))
        rows = EventRow.objects.filter(name="guarantee.ending").order_by("pk")
        return [row.payload["until"] for row in rows if row.payload["guarantee_id"] == guarantee.pk]

    today = store_now(store).date()
    assert tell() == []
    for until in (today + timedelta(days=60), today + timedelta(days=30)):
        Guarantee.objects.filter(pk=guarantee.pk).update(
            starts_on=today - timedelta(days=700), until=until
        )
        tell()
        assert tell()[-1] == until.isoformat()
    assert len(tell()) == 2
