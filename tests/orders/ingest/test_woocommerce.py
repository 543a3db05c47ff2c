"""WooCommerce's habits: pings, one second for two orders, refunds inside orders, odd statuses."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orders.ingest.snapshots import Ignored, OrderDeleted, OrderSnapshot, Unreadable
from orders.ingest.sources import SOURCES
from orders.models import InboundNotice, Order
from orders.operations.process_notices import drain_notices

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
WOO = SOURCES["woocommerce"]
ORDER = {
    "id": 727,
    "number": "R-727",
    "status": "processing",
    "currency": "EUR",
    "prices_include_tax": True,
    "date_created": "2026-03-01T10:00:00",
    "date_created_gmt": "2026-03-01T09:00:00",
    "date_modified_gmt": "2026-03-01T09:00:05",
    "date_paid": "",
    "date_paid_gmt": "2026-03-01T09:00:05",
    "total": "30.25",
    "total_tax": "5.25",
    "shipping_total": "5.00",
    "shipping_tax": "1.05",
    "customer_id": 0,
    "billing": {"first_name": "Anna", "email": "anna@mail.example", "country": "FI"},
    "shipping": {"first_name": "", "country": ""},
    "line_items": [
        {
            "id": 1,
            "name": "Shea &ndash; butter &amp; oil",
            "product_id": 9,
            "variation_id": 0,
            "quantity": 1.5,
            "subtotal": "20.00",
            "subtotal_tax": "4.20",
            "total": "20.00",
            "total_tax": "4.20",
            "price": 13.333333333333334,
        }
    ],
    "shipping_lines": [{"id": 2, "method_title": "Post", "method_id": "flat_rate"}],
    "refunds": [],
}


def read(topic: str, **changes):
    body = json.dumps({**deepcopy(ORDER), **changes}).encode()
    return WOO.parse(topic=topic, body=body, headers={}, received_at=NOW)[0]


def order(**changes) -> OrderSnapshot:
    found = read("order.updated", **changes)
    assert isinstance(found, OrderSnapshot)
    return found


@pytest.mark.parametrize("body", [b"webhook_id=7", b"webhook_id=123456"])
def test_the_ping_is_answered_and_nothing_is_stored(connect, client, unscoped, body) -> None:
    sender = connect("woocommerce")
    answer = client.post(sender.path, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not InboundNotice.objects.exists()


@pytest.mark.parametrize("body", [b"webhook_id=", b"webhook_id=7&x=1", b"{}", b"webhook_id=7\n"])
def test_what_only_looks_like_a_ping_needs_a_signature(connect, client, unscoped, body) -> None:
    answer = client.post(connect("woocommerce").path, body, content_type="text/plain")
    assert answer.status_code == 401


def test_two_orders_of_one_second_are_both_kept_and_a_repeat_is_not(connect, unscoped) -> None:
    sender = connect("woocommerce")
    other = {**ORDER, "id": 728}
    for body in (ORDER, other, ORDER):
        assert sender.woo("order.created", body).status_code == 200
    drain_notices()
    assert InboundNotice.objects.count() == 2
    assert Order.objects.count() == 2


def test_amounts_are_what_the_customer_pays() -> None:
    found = order()
    line = found.lines[0]
    assert (line.title, line.quantity) == ("Shea – butter & oil", Decimal("1.5"))
    assert (line.total.minor, line.unit_price.minor, line.tax.minor) == (2420, 1613, 420)
    assert (found.total.minor, found.shipping.minor, found.subtotal.minor) == (3025, 605, 2420)
    assert found.placed_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert found.shipping_address == found.billing_address
    assert (found.customer.external_id, found.customer.email) == ("", "anna@mail.example")


@pytest.mark.parametrize(
    ("status", "paid", "payment", "canceled"),
    [
        ("pending", False, "pending", False),
        ("on-hold", False, "pending", False),
        ("processing", True, "paid", False),
        ("processing", False, "paid", False),
        ("completed", True, "paid", False),
        ("failed", False, "failed", False),
        ("refunded", True, "refunded", False),
        ("cancelled", False, "voided", True),
        ("cancelled", True, "paid", True),
        ("wc-packing", True, "paid", False),
        ("packing", False, "pending", False),
    ],
)
def test_one_status_becomes_three_axes(status, paid, payment, canceled) -> None:
    found = order(status=status, date_paid_gmt="2026-03-01T09:00:05" if paid else None)
    assert (found.payment_status, found.canceled_at is not None) == (payment, canceled)


def test_cash_on_delivery_is_not_paid_before_it_is() -> None:
    assert order(date_paid_gmt=None, payment_method="cod").payment_status == "pending"


@pytest.mark.parametrize("status", ["auto-draft", "checkout-draft", "draft"])
def test_open_baskets_are_left_alone(status) -> None:
    assert isinstance(read("order.created", status=status, date_created_gmt=None), Ignored)


def test_the_bin_is_a_deletion() -> None:
    assert isinstance(read("order.updated", status="trash"), OrderDeleted)


def test_refunds_are_negative_and_a_deleted_one_is_id_zero() -> None:
    found = order(
        refunds=[
            {"id": 73, "reason": "Cap!", "total": "-16.00"},
            {"id": 0, "reason": "", "total": "-0.00"},
        ]
    )
    first, gone = found.refunds
    assert (first.external_id, first.amount.minor, first.deleted) == ("73", 1600, False)
    assert (gone.external_id, gone.amount.minor, gone.deleted) == ("", 0, True)
    assert found.payment_status == "partially_refunded"


def test_completed_is_sent_whole_unless_it_was_collected_or_never_sent() -> None:
    done = {"status": "completed", "date_completed_gmt": "2026-03-02T08:00:00"}
    (parcel,) = order(**done).fulfillments
    assert (parcel.status, parcel.lines) == ("shipped", ())
    assert parcel.shipped_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    pickup = [{"id": 2, "method_title": "Shop", "method_id": "local_pickup"}]
    assert order(**done, shipping_lines=pickup).fulfillments[0].status == "delivered"
    download = order(**done, shipping_lines=[])
    assert (download.fulfillments, download.lines[0].needs_shipping) == ((), False)


def test_the_tracking_plug_in_names_the_parcels() -> None:
    items = [
        {"tracking_id": "a", "tracking_number": "R1", "tracking_provider": "USPS"},
        {
            "tracking_number": "R2",
            "custom_tracking_provider": "Pošta",
            "date_shipped": "1772400000",
        },
    ]
    tracked = [{"id": 1, "key": "_wc_shipment_tracking_items", "value": items}]
    first, second = order(status="completed", meta_data=tracked).fulfillments
    assert (first.external_id, first.tracking_number, first.carrier) == ("a", "R1", "USPS")
    assert second.shipped_at == datetime(2026, 3, 1, 21, 20, tzinfo=UTC)
    assert order(status="completed", meta_data=tracked).fulfillments[1] == second


def test_gifts_and_renewals_are_told_by_plug_ins() -> None:
    line = {**ORDER["line_items"][0], "meta_data": [{"key": "As a Gift", "value": "Yes"}]}
    assert order(line_items=[line]).is_gift
    assert not order().is_gift
    assert order(created_via="subscription").is_recurring
    assert order(meta_data=[{"key": "_subscription_renewal", "value": "9"}]).is_recurring


def test_an_empty_body_says_which_right_is_missing() -> None:
    with pytest.raises(Unreadable, match="may not read"):
        WOO.parse(topic="order.updated", body=b"[]", headers={}, received_at=NOW)


@pytest.mark.parametrize("topic", ["coupon.created", "action.my_hook", "subscription.updated"])
def test_other_topics_are_ignored(topic) -> None:
    assert isinstance(read(topic), Ignored)


def test_the_batch_stands_in_the_lines_meta_data() -> None:
    (line,) = ORDER["line_items"]
    meta = [{"id": 1, "key": "_lot_number", "value": "L-2417"}, {"id": 2, "key": "x", "value": {}}]
    assert order(line_items=[{**line, "meta_data": meta}]).lines[0].batch == "L-2417"
    assert order().lines[0].batch == ""
