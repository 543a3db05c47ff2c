"""Order changed by the shop: told before the customer notices."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="order_changed",
    title="Order changed",
    purpose="Tells the customer what the shop changed in the order: items, address or price.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("order.changed",),
    steps=(Step(key="send", template="order_changed", grace_hours=24, expires_after_hours=48),),
    ends_on=("order.canceled", "order.deleted"),
)
