"""An order, its parcels and refunds, as mails show them: plain data, money as minor units."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from core.stores.models import Store
from engagement.messages.rendering.context import (
    AddressData,
    DiscountData,
    FulfillmentData,
    LineData,
    Money,
    OrderData,
    PickupPoint,
    Quantity,
    RefundData,
)
from orders.links import order_url
from orders.models import Fulfillment, FulfillmentLine, Order, OrderLine, Refund

ADDRESS_PARTS = ("name", "company", "street", "street2", "city", "region", "postcode", "country")
PICKUP_PARTS = ("name", "address", "opening_hours", "code", "url", "collect_by")
PAID = (Order.Payment.PAID, Order.Payment.PARTIALLY_REFUNDED, Order.Payment.REFUNDED)


def order_data(*, store: Store, order: Order, lines: Iterable[OrderLine]) -> OrderData:
    """The whole order as the customer knows it, with the way to its page."""
    currency = order.currency
    return {
        "number": order.number or order.external_id,
        "placed_at": order.placed_at,
        "currency": currency,
        "lines": [line_data(line=line, currency=currency) for line in lines],
        "subtotal": _money(order.subtotal_minor, currency),
        "discount": _money(order.discount_minor, currency),
        "discounts": _discounts(order),
        "shipping": _money(order.shipping_minor, currency),
        "tax": _money(order.tax_minor, currency),
        "taxes_included": order.taxes_included,
        "total": _money(order.total_minor, currency),
        "payment_method": order.payment_method,
        "shipping_method": order.shipping_method,
        "shipping_address": _address(order.shipping_address or {}),
        "status_url": order_url(store=store, order=order),
        "promised_at": order.promised_at,
        "is_gift": order.is_gift,
        "recipient_name": order.recipient_name,
        "cancel_reason": order.cancel_reason,
        "is_paid": order.payment_status in PAID,
    }


def line_data(*, line: OrderLine, currency: str, quantity: Decimal | None = None) -> LineData:
    """One line; with `quantity` only that much of it (a parcel's share), without its total."""
    share = quantity is not None and quantity != line.quantity
    return {
        "title": line.title,
        "variant_title": line.variant_title,
        "quantity": plain_quantity(line.quantity if quantity is None else quantity),
        "unit_price": _money(line.unit_price_minor, currency),
        "total": None if share else _money(line.total_minor, currency),
        "image_url": line.image_url or (line.product.image_url if line.product else ""),
        "product_url": line.product.url if line.product else "",
        "needs_shipping": line.needs_shipping,
    }


def parcel_data(
    *, parcel: Fulfillment, order: Order, contents: Sequence[FulfillmentLine]
) -> FulfillmentData:
    """One parcel with what lies in it, where the source tells."""
    return {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "tracking_url": parcel.tracking_url,
        "estimated_at": parcel.estimated_at,
        "shipped_at": parcel.shipped_at,
        "delivered_at": parcel.delivered_at,
        "pickup_point": _pickup_point(parcel.pickup_point or {}),
        "lines": [
            line_data(line=row.order_line, currency=order.currency, quantity=row.quantity)
            for row in contents
        ],
        "more_to_come": order.fulfillment_status == Order.FulfillmentState.PARTIAL,
    }


def refund_data(*, refund: Refund, lines: Iterable[OrderLine]) -> RefundData:
    """What was given back. A line that the order does not know is left out of the list."""
    by_id = {line.external_id: line for line in lines}
    given: list[LineData] = []
    for row in refund.lines:
        line = by_id.get(str(row.get("line_external_id", "")))
        if line is not None:
            given.append(
                {
                    "title": line.title,
                    "variant_title": line.variant_title,
                    "quantity": plain_quantity(Decimal(str(row.get("quantity", 0)))),
                    "unit_price": None,
                    "total": _money(int(row.get("amount_minor", 0)), refund.currency),
                    "image_url": line.image_url,
                }
            )
    return {
        "amount": _money(refund.amount_minor, refund.currency),
        "reason": refund.reason,
        "lines": given,
    }


def plain_quantity(quantity: Decimal) -> Quantity:
    """Whole numbers as such, anything else as text: nothing is rounded on the way."""
    return int(quantity) if quantity == int(quantity) else f"{quantity.normalize():f}"


def _money(minor: int, currency: str) -> Money:
    return {"minor": minor, "currency": currency}


def _discounts(order: Order) -> list[DiscountData]:
    return [
        {
            "code": str(row.get("code", "")),
            "amount": _money(int(row.get("amount_minor", 0)), order.currency),
        }
        for row in order.discounts
    ]


def _address(raw: Mapping[str, object]) -> AddressData:
    return {part: str(raw.get(part) or "") for part in ADDRESS_PARTS}  # type: ignore[return-value]


def _pickup_point(raw: Mapping[str, object]) -> PickupPoint:
    return {part: raw[part] for part in PICKUP_PARTS if raw.get(part)}  # type: ignore[return-value]
