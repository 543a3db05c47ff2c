"""The whole order, or the last of it, is on its way. Once per parcel."""

from engagement.flows.definition import Condition, Definition, Step

FLOW = Definition(
    key="order_shipped",
    title="Order shipped",
    purpose="Carrier, tracking link and expected delivery when the goods leave the shop.",
    message_class="transactional",
    subject="fulfillment",
    starts_on=("fulfillment.shipped",),
    conditions=(Condition(fact="is_partial", value=False),),
    steps=(Step(key="send", template="order_shipped", grace_hours=72, expires_after_hours=96),),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "canceled", "returning"),
)
