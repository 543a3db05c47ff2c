"""It will be late, and the customer hears it from us first."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="order_delayed",
    title="Order delayed",
    purpose="Tells of a delay before the customer has to ask.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("order.delayed",),
    steps=(Step(key="send", template="order_delayed", grace_hours=48, expires_after_hours=48),),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "out_for_delivery", "ready_for_pickup"),
)
