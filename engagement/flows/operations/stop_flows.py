"""End planned mails that an event made pointless."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from core.events.event import Event
from core.stores.plain import fetch
from engagement.flows.catalog import ended_by
from engagement.flows.planning.entry import live_flows
from engagement.messages.models import Message, Reason
from engagement.messages.operations.end_messages import end_messages
from orders.models import Order

REASON_OF: Mapping[str, str] = {
    "order.canceled": Reason.ORDER_CANCELED,
    "order.deleted": Reason.ORDER_DELETED,
}

REMINDED = """
    SELECT 1 FROM engagement_messages_message m JOIN orders_order o ON o.customer_id = m.customer_id
    WHERE m.store_id = %s AND o.id = %s AND m.flow IN ('replenishment', 'win_back')
    AND m.status = 'planned' LIMIT 1
"""


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
    """End the reminders for products that this order bought again, and win-back; how many mails.

    Only those of earlier purchases: news of an old order does not end a newer one's reminder.
    """
    # Most people have nothing to be reminded of; then one look is all.
    if not fetch(REMINDED, event.store_id, event.payload["order_id"]):
        return 0
    order = Order.objects.filter(pk=event.payload["order_id"]).prefetch_related("lines").first()
    if order is None or order.customer_id is None or not order.is_standing:
        return 0
    if order.is_gift or order.is_test:
        return 0
    ended = end_messages(
        store_id=event.store_id,
        where=Q(flow="win_back", customer_id=order.customer_id, anchor_at__lt=order.placed_at),
        reason=Reason.REORDERED,
        detail=f"They bought again: order {order.number}.",
        now=now,
    )
    products = {line.product_id for line in order.lines.all() if line.product_id is not None}
    if not products:
        return ended
    same_product = Q()
    for product_id in products:
        same_product |= Q(occurrence__startswith=f"{product_id}:")
    return ended + end_messages(
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


def stop_topic(*, store_id: int, customer_id: int, topic: str, now: datetime) -> int:
    """End the customer's planned mails on a topic that they want no more of; how many."""
    planned = Message.objects.filter(
        customer_id=customer_id,
        status=Message.Status.PLANNED,
        message_class=Message.Class.MARKETING,
    )
    flows = live_flows(
        store_id=store_id, keys=set(planned.values_list("flow", flat=True)), with_off=True
    )
    keys = [flow.row.key for flow in flows if flow.definition.topic == topic]
    if not keys:
        return 0
    return end_messages(
        store_id=store_id,
        where=Q(customer_id=customer_id, flow__in=keys, message_class=Message.Class.MARKETING),
        reason=Reason.TOPIC_OFF,
        now=now,
    )
