"""WooCommerce's order.* bodies: what the REST API gives for the order when the hook is sent."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from core.money import Amount
from orders.ingest.reading import (
    currency_code,
    email,
    first_text,
    identifier,
    maybe_identifier,
    maybe_object,
    money,
    objects,
    quantity,
    require,
    text,
    truthy,
)
from orders.ingest.snapshots import (
    ConsentStatement,
    CustomerSnapshot,
    Ignored,
    LineSnapshot,
    News,
    OrderDeleted,
    OrderSnapshot,
    RefundSnapshot,
    Unreadable,
)
from orders.ingest.woocommerce.fields import SOURCE, address, meta, only_an_id, when, words
from orders.ingest.woocommerce.parcels import parcels

BASKETS = {"auto-draft", "checkout-draft", "draft", "new"}
PAYMENTS = {
    "pending": "pending",
    "on-hold": "pending",
    "failed": "failed",
    "refunded": "refunded",
    "processing": "paid",
    "completed": "paid",
}
PAID_ON_DELIVERY = {"cod"}
GIFT_NAMES = ("gift", "is_gift", "_is_gift", "as a gift", "is a gift")
LANGUAGE_NAMES = ("wpml_language", "trp_language", "_language")
SUBSCRIBED_NAMES = ("mailchimp_woocommerce_is_subscribed",)

BATCH_NAMES = ("batch", "lot", "batch number", "lot number", "batch_number", "lot_number", "šarže")


def read_order(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """order.created, updated, restored: the order as it stands now, whatever happened to it."""
    require(body, "id", "status", "currency", "line_items", "billing", what="WooCommerce order")
    if "billing_period" in body:
        return [Ignored("A subscription; its orders come as orders of their own.")]
    status = text(body["status"]).removeprefix("wc-")
    external_id = identifier(body["id"], what="id")
    if status in BASKETS:
        return [Ignored(f"An open basket, not an order yet: its status is {status}.")]
    if status == "trash":
        moved = when(body, "date_modified")
        return [OrderDeleted(source=SOURCE, external_id=external_id, happened_at=moved)]
    return [order_snapshot(body, external_id=external_id, status=status)]


def read_deletion(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """order.deleted: moved to the bin or deleted for good; the id is all that is sent."""
    gone = identifier(only_an_id(body, what="an order"), what="id")
    return [OrderDeleted(source=SOURCE, external_id=gone, happened_at=received_at)]


def order_snapshot(body: dict[str, Any], *, external_id: str, status: str) -> OrderSnapshot:
    """The whole order as WooCommerce states it."""
    currency = currency_code(body["currency"])
    placed_at = when(body, "date_created")
    updated_at = when(body, "date_modified") or placed_at
    if placed_at is None or updated_at is None:
        raise Unreadable("The order has no date_created_gmt.")
    extra = meta(body)
    ships = objects(body.get("shipping_lines"), what="shipping_lines")
    paid_at = when(body, "date_paid")
    return OrderSnapshot(
        source=SOURCE,
        external_id=external_id,
        number=first_text([body.get("number"), external_id], limit=64),
        currency=currency,
        placed_at=placed_at,
        updated_at=updated_at,
        **_amounts(body, ships, currency=currency),
        **_people(body, extra, stated_at=placed_at),
        payment_status=_payment(body, status, paid=paid_at is not None),
        payment_method=words(body.get("payment_method_title"), limit=120),
        shipping_method=first_text([words(line.get("method_title")) for line in ships], limit=200),
        paid_at=paid_at,
        canceled_at=updated_at if status == "cancelled" else None,
        locale=first_text([extra.get(name) for name in LANGUAGE_NAMES], limit=16),
        fulfillments=parcels(body, extra, status=status, ships=ships),
        refunds=_refunds(body, currency=currency, seen_at=updated_at),
        is_recurring=text(body.get("created_via")) == "subscription"
        or "_subscription_renewal" in extra,
        is_test=extra.get("_wcpay_mode") == "test",
        note=words(body.get("customer_note"), limit=5000),
    )


def _amounts(body: dict[str, Any], ships: list[dict[str, Any]], *, currency: str) -> dict[str, Any]:
    """Lines and totals. Woo's parts are before tax; where its prices hold the tax, so do ours."""
    gross = body.get("prices_include_tax") is True
    lines = tuple(
        _line(line, gross=gross, needs_shipping=bool(ships), currency=currency)
        for line in objects(body["line_items"], what="line_items")
    )
    return {
        "lines": lines,
        "total": money(body.get("total"), currency=currency, what="total"),
        "subtotal": Amount(sum(line.total.minor + line.discount.minor for line in lines)),
        "discount": _taxed(body, "discount_total", "discount_tax", gross=gross, currency=currency),
        "shipping": _taxed(body, "shipping_total", "shipping_tax", gross=gross, currency=currency),
        "tax": money(body.get("total_tax"), currency=currency, what="total_tax"),
        "taxes_included": gross,
        "discounts": _coupons(body, currency=currency),
    }


def _people(body: dict[str, Any], extra: dict[str, Any], *, stated_at: datetime) -> dict[str, Any]:
    """Who bought, where it goes, and what plug-ins know of consent and gifts."""
    billing, shipping = address(body["billing"]), address(body.get("shipping"))
    wrote = email(maybe_object(body["billing"]).get("email"))
    is_gift = _is_gift(body, extra)
    return {
        "customer": _customer(body, wrote=wrote),
        "email": wrote,
        "shipping_address": shipping or billing,
        "billing_address": billing,
        "consent": _consent(extra, wrote=wrote, stated_at=stated_at),
        "is_gift": is_gift,
        "recipient_name": shipping.name if is_gift and shipping else "",
    }


def _taxed(body: dict[str, Any], net: str, tax: str, *, gross: bool, currency: str) -> Amount:
    before = money(body.get(net), currency=currency, what=net)
    if not gross:
        return before
    return Amount(before.minor + money(body.get(tax), currency=currency, what=tax).minor)


def _line(
    line: dict[str, Any], *, gross: bool, needs_shipping: bool, currency: str
) -> LineSnapshot:
    pieces = quantity(line.get("quantity"), what="A line's quantity")
    full = _taxed(line, "subtotal", "subtotal_tax", gross=gross, currency=currency)
    paid = _taxed(line, "total", "total_tax", gross=gross, currency=currency)
    variation = maybe_identifier(line.get("variation_id"))
    return LineSnapshot(
        external_id=identifier(line.get("id"), what="A line's id"),
        title=first_text([words(line.get("name")), line.get("sku"), "?"]),
        quantity=pieces,
        unit_price=_unit_price(line, full=full, pieces=pieces, currency=currency),
        total=paid,
        variant_title=_chosen(line) if variation else "",
        sku=text(line.get("sku"), limit=120),
        batch=_batch(line),
        product_external_id=maybe_identifier(line.get("product_id")),
        variant_external_id=variation,
        image_url=text(maybe_object(line.get("image")).get("src"), limit=1000),
        discount=Amount(max(0, full.minor - paid.minor)),
        tax=money(line.get("total_tax"), currency=currency, what="A line's tax"),
        needs_shipping=needs_shipping,
    )


def _unit_price(line: dict[str, Any], *, full: Amount, pieces: Decimal, currency: str) -> Amount:
    """The price before discount. ``price`` itself is what one piece came to, a JSON number."""
    if pieces and full.minor:
        return Amount(int((Decimal(full.minor) / pieces).to_integral_value()))
    return money(line.get("price"), currency=currency, what="A line's price")


def _batch(line: dict[str, Any]) -> str:
    """What a stock plugin wrote into the line's meta data."""
    said = {
        text(entry.get("key")).lower().lstrip("_"): entry.get("value")
        for entry in objects(line.get("meta_data"), what="meta_data")
        if isinstance(entry.get("value"), str | int)
    }
    return first_text((said.get(name) for name in BATCH_NAMES), limit=60)


def _chosen(line: dict[str, Any]) -> str:
    """What was chosen of a variable product: ``Black, M``. Keys with an underscore are machinery."""
    chosen = [
        words(entry.get("display_value") or entry.get("value"), limit=60)
        for entry in objects(line.get("meta_data"), what="meta_data")
        if not text(entry.get("key")).startswith("_")
    ]
    return ", ".join(filter(None, chosen))[:300]


def _payment(body: dict[str, Any], status: str, *, paid: bool) -> str:
    """WooCommerce has one status for all; what is paid shows in ``date_paid`` above all."""
    if status in {"failed", "refunded"}:
        return PAYMENTS[status]
    refunds = objects(body.get("refunds"), what="refunds")
    if paid:
        return "partially_refunded" if any(one.get("id") for one in refunds) else "paid"
    if status == "cancelled":
        return "voided"
    if status == "processing" and text(body.get("payment_method")) in PAID_ON_DELIVERY:
        return "pending"
    return PAYMENTS.get(status, "pending")


def _coupons(body: dict[str, Any], *, currency: str) -> tuple[tuple[str, Amount], ...]:
    return tuple(
        (
            text(line.get("code"), limit=120),
            money(line.get("discount"), currency=currency, what="A coupon's discount"),
        )
        for line in objects(body.get("coupon_lines"), what="coupon_lines")
    )


def _customer(body: dict[str, Any], *, wrote: str) -> CustomerSnapshot | None:
    """Who bought. `customer_id` 0 is a guest, known by the e-mail alone."""
    home = address(body["billing"])
    person = maybe_object(body["billing"])
    external_id = maybe_identifier(body.get("customer_id"))
    if not external_id and not wrote:
        return None
    return CustomerSnapshot(
        external_id=external_id,
        email=wrote,
        first_name=words(person.get("first_name"), limit=120),
        last_name=words(person.get("last_name"), limit=120),
        phone=text(person.get("phone"), limit=40),
        country=home.country if home else "",
        region=home.region[:16] if home else "",
        updated_at=when(body, "date_modified"),
        address=home,
    )


def _refunds(
    body: dict[str, Any], *, currency: str, seen_at: datetime
) -> tuple[RefundSnapshot, ...]:
    """Refunds come without lines and times, totals negative. A deleted one stays behind as id 0, nameless."""
    found = []
    for refund in objects(body.get("refunds"), what="refunds"):
        external_id = maybe_identifier(refund.get("id"))
        total = money(refund.get("total"), currency=currency, what="A refund's total")
        found.append(
            RefundSnapshot(
                external_id=external_id,
                amount=Amount(abs(total.minor)),
                happened_at=seen_at,
                reason=words(refund.get("reason")),
                deleted=not external_id,
            )
        )
    return tuple(found)


def _consent(extra: dict[str, Any], *, wrote: str, stated_at: datetime) -> ConsentStatement | None:
    ticked = any(truthy(extra.get(name)) for name in SUBSCRIBED_NAMES)
    if not ticked or not wrote:
        return None
    return ConsentStatement(
        email=wrote, basis="explicit", stated_at=stated_at, source="woocommerce checkout"
    )


def _is_gift(body: dict[str, Any], extra: dict[str, Any]) -> bool:
    holders = [extra, *(meta(line) for line in objects(body["line_items"], what="line_items"))]
    return any(truthy(holder.get(name)) for holder in holders for name in GIFT_NAMES)
