"""What carriers say finds its parcel, in its store, once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from core.events.models import EventRow
from core.stores.scope import store_scope
from orders.ingest.snapshots import CarrierNews, FulfillmentUpdate, ShipmentUpdate, Unreadable
from orders.models import Fulfillment, Order, TrackingEvent
from orders.operations.apply_news import apply_news
from tests.factories.news import HOUR, PLACED, carrier, line, parcel, told

pytestmark = pytest.mark.django_db

SENT = told(fulfillments=(parcel(),), updated_at=PLACED + 24 * HOUR)


def test_a_number_is_recognised_however_it_is_written(hear, happened):
    hear(SENT)
    hear(carrier(("out_for_delivery", PLACED + 40 * HOUR), tracking_number=" cz-123-456 "))
    assert Fulfillment.objects.get().status == "out_for_delivery"
    assert "fulfillment.out_for_delivery" in happened()


def test_delivered_is_never_taken_back_by_other_news(hear):
    hear(SENT)
    hear(carrier(("delivered", PLACED + 40 * HOUR)))
    hear(carrier(("in_transit", PLACED + 41 * HOUR)))
    hear(FulfillmentUpdate("generic", "o-1", parcel(updated_at=PLACED + 60 * HOUR)))
    order = Order.objects.get()
    assert order.fulfillments.get().status == "delivered"
    assert order.delivered_at == PLACED + 40 * HOUR


def test_between_the_two_the_latest_news_tells(hear):
    hear(SENT)
    hear(carrier(("delivery_failed", PLACED + 40 * HOUR), ("in_transit", PLACED + 44 * HOUR)))
    assert Fulfillment.objects.get().status == "shipped"
    hear(carrier(("out_for_delivery", PLACED + 38 * HOUR)))
    assert Fulfillment.objects.get().status == "shipped"


def test_each_day_a_delivery_fails_is_told_once(hear, happened):
    hear(SENT)
    day = PLACED + 40 * HOUR
    hear(
        carrier(
            ("delivery_failed", day),
            ("delivery_failed", day + HOUR),
            ("delivery_failed", day + 24 * HOUR),
        )
    )
    assert happened().count("fulfillment.delivery_failed") == 2


def test_news_before_its_parcel_is_kept_and_met_later(hear, happened):
    outcome = hear(carrier(("delivered", PLACED + 40 * HOUR)))
    assert outcome.reason == "Kept until the parcel with this number is known."
    assert TrackingEvent.objects.get().fulfillment is None
    hear(SENT)
    assert TrackingEvent.objects.get().fulfillment == Fulfillment.objects.get()
    assert "order.delivered" in happened()


def test_one_carrier_row_is_kept_once_with_its_earlier_time(hear):
    def told_at(moment):
        return ShipmentUpdate(
            "aftership", "CZ123456", news=(CarrierNews("k", "in_transit", moment),)
        )

    for moment in (PLACED + 31 * HOUR, PLACED + 30 * HOUR, PLACED + 32 * HOUR):
        hear(told_at(moment))
    assert TrackingEvent.objects.get().happened_at == PLACED + 30 * HOUR


def test_an_estimate_holds_until_a_later_one_and_the_first_is_kept(hear):
    hear(SENT)
    later = carrier(("in_transit", PLACED + 30 * HOUR), estimated_at=PLACED + 99 * HOUR)
    sooner = carrier(("in_transit", PLACED + 26 * HOUR), estimated_at=PLACED + 60 * HOUR)
    hear(later)
    hear(sooner)
    box = Fulfillment.objects.get()
    assert box.estimated_at == PLACED + 99 * HOUR
    assert box.first_estimated_at == PLACED + 60 * HOUR


def test_carrier_and_page_are_filled_where_the_shop_named_none(hear):
    hear(SENT)
    hear(carrier(carrier="PPL", tracking_url="https://ppl.example/1"))
    hear(carrier(carrier="Other", tracking_url="javascript:alert(1)"))
    box = Fulfillment.objects.get()
    assert (box.carrier, box.tracking_url) == ("PPL", "https://ppl.example/1")


def test_a_number_used_again_brings_no_old_news(hear, happened):
    hear(carrier(("delivered", PLACED - timedelta(days=200))))
    hear(SENT)
    assert Fulfillment.objects.get().status == "shipped"
    assert "fulfillment.delivered" not in happened()


def test_news_long_after_arrival_is_of_another_parcel(hear, happened):
    hear(SENT)
    hear(carrier(("delivered", PLACED + 40 * HOUR)))
    hear(carrier(("out_for_delivery", PLACED + timedelta(days=100))))
    assert "fulfillment.out_for_delivery" not in happened()


def test_another_stores_parcel_is_never_touched(hear, other_store, now):
    with store_scope(other_store.pk), transaction.atomic():
        apply_news(news=SENT, store=other_store, origin="live", now=now)
    hear(carrier(("delivered", PLACED + 40 * HOUR)))
    assert TrackingEvent.objects.get().fulfillment is None
    with store_scope(other_store.pk):
        assert Fulfillment.objects.get().status == "shipped"
        assert not TrackingEvent.objects.exists()
        assert not EventRow.objects.filter(name="fulfillment.delivered").exists()


def test_two_parcels_of_one_order_under_one_number_both_hear_it(hear, happened):
    halves = tuple(parcel(external_id=f"p-{n}", lines=((f"line-{n}", Decimal(2)),)) for n in (1, 2))
    hear(told(lines=(line(), line(external_id="line-2")), fulfillments=halves))
    hear(carrier(("delivered", PLACED + 40 * HOUR)))
    assert happened().count("fulfillment.delivered") == 2
    assert happened().count("order.delivered") == 1


def test_carrier_news_without_number_or_order_is_unreadable(hear):
    with pytest.raises(Unreadable):
        hear(ShipmentUpdate(source="aftership", tracking_number=" - "))


def test_an_unknown_kind_is_kept_and_changes_nothing(hear, happened):
    hear(SENT)
    hear(carrier(("teleported", PLACED + 40 * HOUR)))
    assert TrackingEvent.objects.get().kind == "unknown"
    assert Fulfillment.objects.get().status == "shipped"
    assert happened() == ["fulfillment.shipped", "order.placed"]
