"""A delivery attempt failed: once per parcel and day."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="delivery_failed",
    title="Delivery attempt failed",
    purpose="Says that the courier met nobody, and what happens next.",
    message_class="transactional",
    subject="fulfillment",
    one_per="event",
    starts_on=("fulfillment.delivery_failed",),
    steps=(Step(key="send", template="delivery_failed", grace_hours=24, expires_after_hours=36),),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "ready_for_pickup", "returning", "canceled"),
)
