"""Out for delivery: useful for a few hours only."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="out_for_delivery",
    title="Out for delivery",
    purpose="Tells the customer to expect the courier today.",
    message_class="transactional",
    subject="fulfillment",
    starts_on=("fulfillment.out_for_delivery",),
    steps=(Step(key="send", template="out_for_delivery", grace_hours=10, expires_after_hours=12),),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "delivery_failed", "ready_for_pickup", "returning", "canceled"),
)
