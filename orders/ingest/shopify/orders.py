"""Shopify's orders/* bodies. Facts come from the signed body: the topic header only picks the schema."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from core.money import Amount
from orders.ingest.reading import (
    currency_code,
    email,
    entries,
    first_text,
    identifier,
    link,
    maybe_identifier,
    maybe_object,
    moment,
    money,
    needed_moment,
    objects,
    promised_day,
    quantity,
    require,
    text,
    truthy,
)
from orders.ingest.shopify.customers import customer_snapshot
from orders.ingest.shopify.fields import SOURCE, address, check_kind, shop_money, unwrapped
from orders.ingest.shopify.parcels import fulfillment_snapshot
from orders.ingest.shopify.refunds import gave_back, refund_snapshot
from orders.ingest.snapshots import (
    ConsentStatement,
    Ignored,
    LineSnapshot,
    News,
    OrderDeleted,
    OrderSnapshot,
    Unreadable,
)

PAYMENTS = {
    "pending": "pending",
    "unpaid": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "paid": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "voided",
    "expired": "failed",
}
PROMISE_NAMES = ("promised_at", "delivery_date", "delivery-date", "delivery date")
BATCH_NAMES = ("batch", "lot", "batch number", "lot number", "batch_number", "lot_number", "šarže")
GIFT_NAMES = ("gift", "is_gift", "_gift", "is a gift", "gift wrap")
RECURRING_TAGS = ("subscription", "recurring")


def read_order(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """orders/create, paid, updated, fulfilled, partially_fulfilled, cancelled: one and the same body."""
    body = unwrapped(body, "order")
    require(body, "id", "order_number", "line_items", "created_at", what="Shopify order")
    check_kind(body, "Order")
    return [order_snapshot(body)]


def read_edit(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """orders/edited says which lines moved; Shopify sends the whole order as orders/updated as well."""
    edit = body.get("order_edit")
    if not isinstance(edit, dict):
        raise Unreadable("The body is no Shopify order edit: it has no order_edit.")
    identifier(edit.get("order_id"), what="order_edit.order_id")
    return [Ignored("The edited order itself comes with orders/updated.")]


def read_deletion(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """orders/delete is the id alone; anything more is another topic's body under a swapped header."""
    if set(body) != {"id"}:
        raise Unreadable("The body is no Shopify order deletion: it holds more than an id.")
    gone = identifier(body["id"], what="id")
    return [OrderDeleted(source=SOURCE, external_id=gone, happened_at=received_at)]


def order_snapshot(body: dict[str, Any]) -> OrderSnapshot:
    """The whole order as Shopify states it."""
    currency = currency_code(body.get("currency"))
    placed_at = needed_moment(body["created_at"], what="created_at")
    canceled_at = moment(body.get("cancelled_at"), what="cancelled_at")
    attributes = dict(_attributes(body))
    return OrderSnapshot(
        source=SOURCE,
        external_id=identifier(body["id"], what="id"),
        number=first_text([body.get("name"), body["order_number"], body["id"]], limit=64),
        currency=currency,
        placed_at=moment(body.get("processed_at"), what="processed_at") or placed_at,
        updated_at=moment(body.get("updated_at"), what="updated_at") or placed_at,
        payment_status=PAYMENTS.get(text(body.get("financial_status")), "pending"),
        payment_method=_gateways(body),
        canceled_at=canceled_at,
        cancel_reason=text(body.get("cancel_reason"), limit=200) if canceled_at else "",
        promised_at=_promised(body, attributes),
        **_amounts(body, currency=currency),
        **_parts(body, canceled=canceled_at is not None, currency=currency),
        **_people(body, attributes, stated_at=placed_at),
        locale=text(body.get("customer_locale"), limit=16),
        is_recurring=_is_recurring(body),
        is_test=body.get("test") is True,
        tags=_tags(body),
        note=text(body.get("note"), limit=5000),
        status_url=link(body.get("order_status_url")),
    )


def _amounts(body: dict[str, Any], *, currency: str) -> dict[str, Any]:
    """Totals in the shop's currency, and what the buyer saw where that was another one."""
    shipping_lines = objects(body.get("shipping_lines"), what="shipping_lines")
    presentment_currency, presentment_total = _presentment(body)
    return {
        "total": shop_money(body, "total_price", currency=currency),
        "subtotal": shop_money(body, "subtotal_price", currency=currency),
        "discount": shop_money(body, "total_discounts", currency=currency),
        "shipping": _shipping(body, shipping_lines, currency=currency),
        "tax": shop_money(body, "total_tax", currency=currency),
        "taxes_included": body.get("taxes_included") is True,
        "presentment_currency": presentment_currency,
        "presentment_total": presentment_total,
        "shipping_method": first_text([line.get("title") for line in shipping_lines], limit=200),
        "discounts": _discounts(body, currency=currency),
    }


def _parts(body: dict[str, Any], *, canceled: bool, currency: str) -> dict[str, Any]:
    """Lines, parcels and refunds."""
    refunds = objects(body.get("refunds"), what="refunds")
    parcels = objects(body.get("fulfillments"), what="fulfillments")
    return {
        "lines": _lines(body, refunds, canceled=canceled, currency=currency),
        "fulfillments": tuple(fulfillment_snapshot(parcel) for parcel in parcels),
        "refunds": tuple(
            refund_snapshot(refund, currency=currency) for refund in refunds if gave_back(refund)
        ),
    }


def _people(
    body: dict[str, Any], attributes: dict[str, str], *, stated_at: datetime
) -> dict[str, Any]:
    """Who bought, where it goes, whether somebody else gets it, and what was said about marketing."""
    person = maybe_object(body.get("customer"))
    wrote = email(first_text([body.get("email"), body.get("contact_email"), person.get("email")]))
    shipping = address(body.get("shipping_address"))
    is_gift = _is_gift(body, attributes)
    names = [attributes.get("recipient_name"), attributes.get("gift_recipient")]
    return {
        "customer": customer_snapshot(person) if person.get("id") else None,
        "email": wrote,
        "shipping_address": shipping,
        "billing_address": address(body.get("billing_address")),
        "consent": _consent(body, wrote=wrote, stated_at=stated_at),
        "is_gift": is_gift,
        "recipient_name": first_text(
            [*names, shipping.name if is_gift and shipping else ""], limit=200
        ),
        "recipient_email": email(attributes.get("recipient_email")),
    }


def _lines(
    body: dict[str, Any], refunds: list[dict[str, Any]], *, canceled: bool, currency: str
) -> tuple[LineSnapshot, ...]:
    """The lines still wanted. Shopify keeps a line that an edit removed and writes an empty refund."""
    removed: dict[str, Decimal] = {}
    for refund in refunds:
        if canceled or gave_back(refund):
            continue
        for line in objects(refund.get("refund_line_items"), what="refund_line_items"):
            key = maybe_identifier(line.get("line_item_id"))
            removed[key] = removed.get(key, Decimal(0)) + quantity(
                line.get("quantity", 0), what="refunded quantity"
            )
    found = []
    for line in objects(body.get("line_items"), what="line_items"):
        snapshot = _line(line, removed=removed, currency=currency)
        if snapshot.quantity > 0:
            found.append(snapshot)
    return tuple(found)


def _line(line: dict[str, Any], *, removed: dict[str, Decimal], currency: str) -> LineSnapshot:
    line_id = identifier(line.get("id"), what="A line's id")
    ordered = quantity(line.get("quantity"), what="A line's quantity")
    wanted = ordered - removed.get(line_id, Decimal(0))
    price = shop_money(line, "price", currency=currency)
    discount = _line_discount(line, currency=currency)
    paid = price.minor * ordered - discount.minor
    tax = sum(
        shop_money(one, "price", currency=currency).minor
        for one in objects(line.get("tax_lines"), what="tax_lines")
    )
    return LineSnapshot(
        external_id=line_id,
        title=first_text([line.get("title"), line.get("name"), line.get("sku"), "?"]),
        quantity=wanted,
        unit_price=price,
        total=Amount(int(paid * wanted / ordered) if ordered else 0),
        variant_title=text(line.get("variant_title")),
        sku=text(line.get("sku"), limit=120),
        batch=_batch(line),
        product_external_id=maybe_identifier(line.get("product_id")),
        variant_external_id=maybe_identifier(line.get("variant_id")),
        discount=discount,
        tax=Amount(tax),
        needs_shipping=line.get("requires_shipping") is not False,
    )


def _line_discount(line: dict[str, Any], *, currency: str) -> Amount:
    allocated = objects(line.get("discount_allocations"), what="discount_allocations")
    if allocated:
        return Amount(sum(shop_money(one, "amount", currency=currency).minor for one in allocated))
    return shop_money(line, "total_discount", currency=currency)


def _shipping(body: dict[str, Any], lines: list[dict[str, Any]], *, currency: str) -> Amount:
    if body.get("total_shipping_price_set") is not None:
        return shop_money(body, "total_shipping_price", currency=currency)
    return Amount(sum(shop_money(line, "price", currency=currency).minor for line in lines))


def _presentment(body: dict[str, Any]) -> tuple[str, Amount | None]:
    """What the buyer saw and paid, where that is another currency than the shop's books."""
    shown = maybe_object(maybe_object(body.get("total_price_set")).get("presentment_money"))
    if not shown.get("currency_code"):
        return "", None
    code = currency_code(shown["currency_code"], what="The presentment currency")
    return code, money(shown.get("amount"), currency=code, what="The presentment total")


def _discounts(body: dict[str, Any], *, currency: str) -> tuple[tuple[str, Amount], ...]:
    codes = objects(body.get("discount_codes"), what="discount_codes")
    return tuple(
        (
            text(code.get("code"), limit=120),
            money(code.get("amount"), currency=currency, what="A discount code's amount"),
        )
        for code in codes
        if text(code.get("code"))
    )


def _gateways(body: dict[str, Any]) -> str:
    names = body.get("payment_gateway_names")
    listed = [text(name, limit=60) for name in names] if isinstance(names, list) else []
    return (", ".join(filter(None, listed)) or text(body.get("gateway")))[:120]


def _consent(body: dict[str, Any], *, wrote: str, stated_at: datetime) -> ConsentStatement | None:
    """A box ticked at the checkout. A box left alone withdraws nothing that was said before."""
    if body.get("buyer_accepts_marketing") is not True or not wrote:
        return None
    return ConsentStatement(
        email=wrote,
        basis="explicit",
        stated_at=stated_at,
        source="shopify checkout",
        customer_external_id=maybe_identifier(maybe_object(body.get("customer")).get("id")),
    )


def _attributes(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for note in entries(body.get("note_attributes")):
        if name := text(note.get("name"), limit=100).lower():
            yield name, text(note.get("value"))


def _is_gift(body: dict[str, Any], attributes: dict[str, str]) -> bool:
    if any(truthy(attributes.get(name)) for name in GIFT_NAMES):
        return True
    return any(
        truthy(prop.get("value"))
        for line in objects(body.get("line_items"), what="line_items")
        for prop in entries(line.get("properties"))
        if text(prop.get("name")).lower() in GIFT_NAMES
    )


def _batch(line: dict[str, Any]) -> str:
    """What a warehouse app wrote into the line's properties."""
    said = {
        text(prop.get("name")).lower().lstrip("_"): prop.get("value")
        for prop in entries(line.get("properties"))
    }
    return first_text((said.get(name) for name in BATCH_NAMES), limit=60)


def _is_recurring(body: dict[str, Any]) -> bool:
    if text(body.get("source_name")).startswith("subscription_contract"):
        return True
    return any(word in tag.lower() for tag in _tags(body) for word in RECURRING_TAGS)


def _tags(body: dict[str, Any]) -> tuple[str, ...]:
    raw = body.get("tags")
    parts = raw if isinstance(raw, list) else text(raw, limit=5000).split(",")
    return tuple(tag for part in parts if (tag := text(part, limit=120)))[:50]


def _promised(body: dict[str, Any], attributes: dict[str, str]) -> datetime | None:
    """A delivery date that a checkout app wrote into the note attributes, at the shop's own offset."""
    written = first_text(attributes.get(name) for name in PROMISE_NAMES)
    try:
        return promised_day(written, what="The delivery date", zone=_offset(body))
    except Unreadable:
        return None  # free text of a merchant; a date nobody can read promises nothing


def _offset(body: dict[str, Any]) -> tzinfo:
    try:
        return datetime.fromisoformat(str(body["created_at"])).tzinfo or timezone(timedelta())
    except ValueError:
        return timezone(timedelta())
