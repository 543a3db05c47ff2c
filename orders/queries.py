"""Reads of orders, each with a fixed number of queries."""

from collections.abc import Iterable

from django.db.models import Prefetch

from orders.models import (
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderDocument,
    OrderLine,
    Refund,
    TrackingEvent,
)


def orders_with_detail(*, order_ids: Iterable[int]) -> dict[int, Order]:
    """Orders by id with all that a mail or an order page shows, in seven queries for any number.

    Loaded: `customer`; `lines` with product, its category, and variant; `fulfillments` (in the
    order they left) with their `lines` (and those's `order_line`) and `tracking`; `refunds` that
    stand, oldest first; `documents`. Call inside the store's scope: another store's ids find nothing.
    """
    orders = (
        Order.objects.filter(pk__in=set(order_ids))
        .select_related("customer")
        .prefetch_related(
            Prefetch(
                "lines",
                OrderLine.objects.select_related("product__category", "variant").order_by(
                    "position", "pk"
                ),
            ),
            Prefetch("fulfillments", Fulfillment.objects.order_by("shipped_at", "pk")),
            Prefetch(
                "fulfillments__lines",
                FulfillmentLine.objects.select_related("order_line").order_by(
                    "order_line__position", "pk"
                ),
            ),
            Prefetch("fulfillments__tracking", TrackingEvent.objects.order_by("happened_at", "pk")),
            Prefetch(
                "refunds",
                Refund.objects.filter(deleted_at__isnull=True).order_by("happened_at", "pk"),
            ),
            Prefetch("documents", OrderDocument.objects.order_by("pk")),
        )
    )
    return {order.pk: order for order in orders}
