"""Shopify's refunds: on their own (refunds/create) and inside an order."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from core.money import Amount
from orders.ingest.reading import (
    currency_code,
    identifier,
    maybe_object,
    needed_moment,
    objects,
    quantity,
    require,
    text,
)
from orders.ingest.shopify.fields import SOURCE, check_kind, shop_currency, shop_money, unwrapped
from orders.ingest.snapshots import Ignored, News, RefundSnapshot, RefundUpdate


def read_refund(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """refunds/create."""
    body = unwrapped(body, "refund")
    require(body, "id", "order_id", "created_at", "refund_line_items", what="Shopify refund")
    check_kind(body, "Refund")
    if not gave_back(body):
        return [Ignored("No money was given back with this refund: it has no transactions.")]
    code = currency_code(_currency(body) or currency)
    return [
        RefundUpdate(
            source=SOURCE,
            order_external_id=identifier(body["order_id"], what="order_id"),
            currency=code,
            refund=refund_snapshot(body, currency=code),
        )
    ]


def gave_back(refund: dict[str, Any]) -> bool:
    """Shopify writes a refund without transactions when an unpaid line is taken off an order."""
    return refund.get("transactions") != []


def refund_snapshot(refund: dict[str, Any], *, currency: str) -> RefundSnapshot:
    """One refund in the shop's currency."""
    lines = _lines(refund, currency=currency)
    when = refund.get("processed_at") or refund.get("created_at")
    return RefundSnapshot(
        external_id=identifier(refund.get("id"), what="A refund's id"),
        amount=_amount(refund, lines, currency=currency),
        happened_at=needed_moment(when, what="A refund's created_at"),
        reason=text(refund.get("note")),
        lines=lines,
    )


def _lines(refund: dict[str, Any], *, currency: str) -> tuple[tuple[str, Decimal, Amount], ...]:
    return tuple(
        (
            identifier(line.get("line_item_id"), what="A refunded line's id"),
            quantity(line.get("quantity"), what="A refunded quantity"),
            Amount(
                shop_money(line, "subtotal", currency=currency).minor
                + shop_money(line, "total_tax", currency=currency).minor
            ),
        )
        for line in objects(refund.get("refund_line_items"), what="refund_line_items")
    )


def _amount(
    refund: dict[str, Any], lines: tuple[tuple[str, Decimal, Amount], ...], *, currency: str
) -> Amount:
    """What was paid out: successful refund transactions, or the lines where none speaks shop money."""
    paid_out = [
        one
        for one in objects(refund.get("transactions"), what="transactions")
        if text(one.get("kind")) == "refund" and text(one.get("status")) in {"success", "pending"}
    ]
    if paid_out and all(_in_shop_money(one, currency=currency) for one in paid_out):
        return Amount(sum(shop_money(one, "amount", currency=currency).minor for one in paid_out))
    adjusted = sum(
        shop_money(one, "amount", currency=currency).minor
        + shop_money(one, "tax_amount", currency=currency).minor
        for one in objects(refund.get("order_adjustments"), what="order_adjustments")
    )
    return Amount(abs(sum(amount.minor for _, _, amount in lines) - adjusted))


def _in_shop_money(transaction: dict[str, Any], *, currency: str) -> bool:
    if maybe_object(transaction.get("amount_set")).get("shop_money"):
        return True
    return text(transaction.get("currency")).upper() in {"", currency}


def _currency(refund: dict[str, Any]) -> str:
    lines = objects(refund.get("refund_line_items"), what="refund_line_items")
    paid_out = objects(refund.get("transactions"), what="transactions")
    named = next((text(one.get("currency")) for one in paid_out if one.get("currency")), "")
    return shop_currency(refund, *lines, *paid_out) or named
