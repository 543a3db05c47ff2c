"""What hangs on one order: its lines, parcels and refunds, one read each."""

from typing import TypeVar

from core.stores.plain import read
from orders.models import Fulfillment, Order, OrderLine, Refund

Part = TypeVar("Part", OrderLine, Fulfillment, Refund)


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines as its newest statement has them, by their place."""
    return _of(order, read(OrderLine, "order_id = %s", order.pk, order="position, id"))


def parcels_of(order: Order) -> list[Fulfillment]:
    """The order's parcels, the first known first."""
    return _of(order, read(Fulfillment, "order_id = %s", order.pk, order="id"))


def refunds_of(order: Order) -> list[Refund]:
    """The order's refunds, deleted ones among them, the first known first."""
    return _of(order, read(Refund, "order_id = %s", order.pk, order="id"))


def _of(order: Order, rows: list[Part]) -> list[Part]:
    for row in rows:
        row.order = order
    return rows
