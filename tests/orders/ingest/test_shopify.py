"""Shopify's order bodies, read closely: money, edits, refunds, gifts, boxes, consent, parcels."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orders.ingest.snapshots import (
    ConsentStatement,
    CustomerUpdate,
    FulfillmentUpdate,
    Ignored,
    OrderSnapshot,
    RefundUpdate,
    ShipmentUpdate,
    Unreadable,
)
from orders.ingest.sources import SOURCES
from tests.data import shared

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
LINE = {"id": 5, "title": "Soap", "quantity": 2, "price": "100.00", "requires_shipping": True}
ORDER = {
    "id": 9007199254740993,
    "name": "#1001",
    "order_number": 1001,
    "currency": "CZK",
    "created_at": "2026-03-01T10:00:00+01:00",
    "updated_at": "2026-03-01T10:00:00+01:00",
    "email": "jana@mail.example",
    "financial_status": "paid",
    "total_price": "200.00",
    "line_items": [LINE],
}


def parse(topic: str, body: dict):
    (news,) = SOURCES["shopify"].parse(
        topic=topic, body=json.dumps(body).encode(), headers={}, received_at=NOW, currency="CZK"
    )
    return news


def order(**changes) -> OrderSnapshot:
    found = parse("orders/updated", {**ORDER, **changes})
    assert isinstance(found, OrderSnapshot)
    return found


def refund(*, transactions: list, quantity: int = 1) -> dict:
    line = {"line_item_id": 5, "quantity": quantity, "subtotal": 100, "total_tax": 0}
    return {
        "id": 8,
        "created_at": "2026-03-02T10:00:00+01:00",
        "refund_line_items": [line],
        "transactions": transactions,
    }


PAID_BACK = {"kind": "refund", "status": "success", "amount": "100.00", "currency": "CZK"}


def test_ids_beyond_two_to_the_53_stay_exact() -> None:
    assert order().external_id == "9007199254740993"


def test_the_shops_money_counts_and_what_the_buyer_saw_is_kept() -> None:
    found = order(
        total_price_set={
            "shop_money": {"amount": "200.00", "currency_code": "CZK"},
            "presentment_money": {"amount": "8.12", "currency_code": "EUR"},
        }
    )
    assert (found.total.minor, found.currency) == (20000, "CZK")
    assert (found.presentment_total.minor, found.presentment_currency) == (812, "EUR")


def test_a_line_that_an_edit_removed_is_gone_and_no_refund() -> None:
    removed = refund(transactions=[], quantity=2)
    found = order(refunds=[removed], line_items=[LINE, {**LINE, "id": 6}])
    assert [line.external_id for line in found.lines] == ["6"]
    assert found.refunds == ()
    half = order(refunds=[refund(transactions=[])])
    assert (half.lines[0].quantity, half.lines[0].total.minor) == (Decimal(1), 10000)


def test_a_canceled_order_still_names_what_was_ordered() -> None:
    found = order(
        refunds=[refund(transactions=[], quantity=2)],
        cancelled_at="2026-03-02T10:00:00+01:00",
        cancel_reason="inventory",
    )
    assert found.lines[0].quantity == 2
    assert found.canceled_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_refund_is_what_was_paid_out() -> None:
    found = order(refunds=[refund(transactions=[PAID_BACK])])
    assert found.lines[0].quantity == 2
    assert (found.refunds[0].amount.minor, found.refunds[0].external_id) == (10000, "8")
    foreign = {**PAID_BACK, "amount": "4.05", "currency": "EUR"}
    assert order(refunds=[refund(transactions=[foreign])]).refunds[0].amount.minor == 10000
    failed = {**PAID_BACK, "status": "failure", "amount": "999.00"}
    assert (
        order(refunds=[refund(transactions=[failed, PAID_BACK])]).refunds[0].amount.minor == 10000
    )


@pytest.mark.measure
def test_the_recorded_orders_refund_is_the_same_alone_and_inside_its_order() -> None:
    folder = shared("shopify_rest", "recorded_dev_store")
    body = json.loads((folder / "order_09_partially_refunded_fulfilled.json").read_text())
    inside = parse("orders/updated", body)
    alone = parse("refunds/create", json.loads((folder / "refund_10.json").read_text()))
    assert isinstance(inside, OrderSnapshot)
    assert isinstance(alone, RefundUpdate)
    assert alone.refund.amount.minor == 15000
    assert alone.order_external_id == inside.external_id
    assert inside.refunds == (alone.refund,)


@pytest.mark.parametrize("name", ["gift", "is_gift", "Is a gift"])
def test_a_gift_names_its_recipient(name) -> None:
    notes = [
        {"name": name, "value": "yes"},
        {"name": "recipient_email", "value": "eva@mail.example"},
    ]
    found = order(
        note_attributes=notes, shipping_address={"name": "Eva Malá", "country_code": "CZ"}
    )
    assert (found.is_gift, found.recipient_name) == (True, "Eva Malá")
    assert found.recipient_email == "eva@mail.example"
    by_line = order(line_items=[{**LINE, "properties": [{"name": name, "value": "true"}]}])
    assert by_line.is_gift
    assert not order(note_attributes=[{"name": name, "value": "no"}]).is_gift


@pytest.mark.parametrize(
    ("changes", "recurring"),
    [
        ({"tags": "Subscription, Subscription Recurring Order"}, True),
        ({"source_name": "subscription_contract_checkout_one"}, True),
        ({"tags": "vip", "source_name": "web"}, False),
    ],
)
def test_boxes_of_a_subscription_are_known(changes, recurring) -> None:
    assert order(**changes).is_recurring is recurring


def test_a_delivery_date_in_the_notes_is_a_promise_in_the_shops_day() -> None:
    dated = order(note_attributes=[{"name": "Delivery Date", "value": "2026-03-05"}])
    assert dated.promised_at == datetime(2026, 3, 5, 11, tzinfo=UTC)
    vague = order(note_attributes=[{"name": "delivery_date", "value": "next week"}])
    assert vague.promised_at is None


def test_a_ticked_box_is_consent_and_an_empty_one_withdraws_nothing() -> None:
    said = order(buyer_accepts_marketing=True).consent
    assert (said.basis, said.email) == ("explicit", "jana@mail.example")
    assert order(buyer_accepts_marketing=False).consent is None


@pytest.mark.parametrize(
    ("state", "basis"),
    [("subscribed", "explicit"), ("unsubscribed", "none"), ("invalid", "none")],
)
def test_the_consent_topic_states_a_basis(state, basis) -> None:
    consent = {"state": state, "consent_updated_at": "2026-02-01T00:00:00Z"}
    body = {"customer_id": 7, "email_address": "a@b.example", "email_marketing_consent": consent}
    news = parse("customers_email_marketing_consent/update", body)
    assert isinstance(news, ConsentStatement)
    assert (news.basis, news.stated_at) == (basis, datetime(2026, 2, 1, tzinfo=UTC))
    consent["state"] = "pending"
    assert isinstance(parse("customers_email_marketing_consent/update", body), Ignored)


def test_only_an_enabled_account_has_a_day_it_was_opened() -> None:
    body = {"id": 7, "email": "a@b.example", "verified_email": True, "created_at": "2020-05-04"}
    opened = parse("customers/update", {**body, "state": "enabled"})
    invited = parse("customers/update", {**body, "state": "invited"})
    assert isinstance(opened, CustomerUpdate)
    assert isinstance(invited, CustomerUpdate)
    assert opened.customer.account_created_on.isoformat() == "2020-05-04"
    assert invited.customer.account_created_on is None


@pytest.mark.parametrize(
    ("status", "place", "expected"),
    [
        ("success", None, "shipped"),
        ("success", "label_printed", "shipped"),
        ("success", "in_transit", "shipped"),
        ("success", "out_for_delivery", "out_for_delivery"),
        ("success", "attempted_delivery", "delivery_failed"),
        ("success", "ready_for_pickup", "ready_for_pickup"),
        ("success", "delivered", "delivered"),
        ("success", "something new", "shipped"),
        ("pending", None, "preparing"),
        ("open", None, "preparing"),
        ("cancelled", "in_transit", "canceled"),
        ("error", None, "canceled"),
    ],
)
def test_where_a_parcel_is(status, place, expected) -> None:
    parcel = {
        "id": 3,
        "order_id": 1,
        "status": status,
        "shipment_status": place,
        "tracking_company": "PPL",
        "tracking_numbers": ["R1", "R2"],
        "tracking_urls": ["javascript:alert(1)"],
        "created_at": "2026-03-02T10:00:00Z",
        "updated_at": "2026-03-02T11:00:00Z",
        "line_items": [LINE],
    }
    news = parse("fulfillments/update", parcel)
    assert isinstance(news, FulfillmentUpdate)
    found = news.fulfillment
    assert (found.status, found.tracking_number, found.tracking_url) == (expected, "R1", "")
    assert (found.shipped_at is None) == (expected in {"preparing", "canceled"})
    assert found.lines == (("5", Decimal(2)),)
    inside = order(fulfillments=[parcel]).fulfillments
    assert inside == (found,)


@pytest.mark.measure
def test_every_shipment_status_that_shopify_lists_has_a_meaning() -> None:
    listed = json.loads(shared("carriers", "status_enums.json").read_text())
    for status in listed["shopify_fulfillment_shipment_status"]["status"]:
        body = {"id": 1, "order_id": 2, "fulfillment_id": 3, "happened_at": "2026-03-01T10:00:00Z"}
        news = parse("fulfillment_events/create", {**body, "status": status})
        assert isinstance(news, ShipmentUpdate)
        assert news.news[0].kind != "unknown", status


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("currency", "CROWNS"),
        ("created_at", "yesterday"),
        ("total_price", "a lot"),
        ("line_items", {}),
        ("id", 1.5),
        ("admin_graphql_api_id", "gid://shopify/DraftOrder/1"),
    ],
)
def test_the_reason_of_a_dead_letter_names_the_field(key, value) -> None:
    with pytest.raises(Unreadable) as caught:
        order(**{key: value})
    assert caught.value.args[0].endswith(".")


@pytest.mark.parametrize("name", ["Batch", "_lot", "Lot number"])
def test_the_batch_stands_in_the_lines_properties(name) -> None:
    found = order(line_items=[{**LINE, "properties": [{"name": name, "value": " L-2417 "}]}])
    assert found.lines[0].batch == "L-2417"
    assert order().lines[0].batch == ""
