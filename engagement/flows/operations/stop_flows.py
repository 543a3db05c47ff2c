"""End planned mails that an event made pointless."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from core.events.event import Event
from engagement.flows.catalog import ended_by
from engagement.messages.models import Reason
from engagement.messages.operations.end_messages import end_messages
from orders.models import Order

REASON_OF: Mapping[str, str] = {
    "order.canceled": Reason.ORDER_CANCELED,
    "order.deleted": Reason.ORDER_DELETED,
}


def stop_flows(*, event: Event, now: datetime) -> int:
    """End what is still planned for the event's order in the flows it ends; how many mails."""
    keys = ended_by(event.name)
    order_id = event.payload.get("order_id")
    if not keys or order_id is None:
        return 0
    return end_messages(
        store_id=event.store_id,
        where=Q(order_id=order_id, flow__in=keys),
        reason=REASON_OF.get(event.name, Reason.OVERTAKEN),
        now=now,
    )


def stop_reordered(*, event: Event, now: datetime) -> int:
    """End the reminders for products that this order bought again; how many mails.

    Only those of earlier purchases: news of an old order does not end a newer one's reminder.
    """
    order = Order.objects.filter(pk=event.payload["order_id"]).prefetch_related("lines").first()
    if order is None or order.customer_id is None or not order.is_standing:
        return 0
    if order.is_gift or order.is_test:
        return 0
    products = {line.product_id for line in order.lines.all() if line.product_id is not None}
    if not products:
        return 0
    same_product = Q()
    for product_id in products:
        same_product |= Q(occurrence__startswith=f"{product_id}:")
    return end_messages(
        store_id=event.store_id,
        where=same_product
        & Q(
            flow="replenishment",
            customer_id=order.customer_id,
            order__placed_at__lt=order.placed_at,
        ),
        reason=Reason.REORDERED,
        detail=f"Bought again with order {order.number}.",
        now=now,
    )
