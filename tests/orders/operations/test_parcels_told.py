"""What news of an order's parcels leaves behind, case by case."""

from decimal import Decimal

import pytest

from core.events.models import EventRow
from core.money import Amount
from orders.ingest.snapshots import (
    FulfillmentUpdate,
    RefundUpdate,
)
from orders.models import Order
from tests.factories.news import HOUR, PLACED, line, parcel, refund, told

pytestmark = pytest.mark.django_db


def test_a_parcel_heard_of_before_its_order_waits_and_then_is_told(hear, happened):
    hear(FulfillmentUpdate("generic", "o-1", parcel()))
    order = Order.objects.get()
    assert (happened(), order.source_updated_at, order.number) == ([], None, "o-1")
    assert not Order.objects.living().exists()
    hear(told())
    order.refresh_from_db()
    assert happened() == ["fulfillment.shipped", "order.placed"]
    assert (order.number, order.fulfillment_status) == ("1001", "fulfilled")
    assert order.fulfillments.get().lines.get().quantity == 2


def test_a_parcel_first_heard_of_as_delivered_was_shipped_too(hear):
    arrived = parcel(status="delivered", delivered_at=PLACED + 48 * HOUR)
    hear(told(fulfillments=(arrived,), updated_at=PLACED + 50 * HOUR))
    moments = dict(EventRow.objects.values_list("name", "occurred_at"))
    assert moments["fulfillment.shipped"] == PLACED + 24 * HOUR
    assert moments["fulfillment.delivered"] == PLACED + 48 * HOUR
    assert moments["order.delivered"] == PLACED + 48 * HOUR


def test_a_part_of_the_order_leaves_first(hear):
    two = (line(), line(external_id="line-2"))
    hear(told(lines=two))
    hear(FulfillmentUpdate("generic", "o-1", parcel()))
    assert Order.objects.get().fulfillment_status == "partial"
    hear(
        FulfillmentUpdate(
            "generic",
            "o-1",
            parcel(external_id="p-2", tracking_number="B", lines=(("line-2", Decimal(2)),)),
        )
    )
    assert Order.objects.get().fulfillment_status == "fulfilled"
    shipped = EventRow.objects.filter(name="fulfillment.shipped").order_by("pk")
    assert [row.payload["is_partial"] for row in shipped] == [True, False]


def test_what_was_given_back_need_not_be_sent(hear, happened):
    two = (line(), line(external_id="line-2"))
    back = refund(lines=(("line-2", Decimal(2), Amount(19800)),))
    arrived = parcel(status="delivered", delivered_at=PLACED + 48 * HOUR)
    hear(told(lines=two, fulfillments=(arrived,)))
    assert "order.delivered" not in happened()
    hear(RefundUpdate("generic", "o-1", "CZK", back))
    assert "order.delivered" in happened()


def test_goods_that_need_no_shipping_are_not_waited_for(hear):
    hear(told(lines=(line(), line(external_id="gift-card", needs_shipping=False))))
    hear(FulfillmentUpdate("generic", "o-1", parcel()))
    assert Order.objects.get().fulfillment_status == "fulfilled"
