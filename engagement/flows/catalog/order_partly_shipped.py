"""A part of the order is on its way, more is to come. Once per parcel."""

from engagement.flows.definition import Condition, Definition, Step

FLOW = Definition(
    key="order_partly_shipped",
    title="Order partly shipped",
    purpose="Says what lies in this parcel and what will follow in another.",
    message_class="transactional",
    subject="fulfillment",
    starts_on=("fulfillment.shipped",),
    conditions=(Condition(fact="is_partial", value=True),),
    steps=(
        Step(key="send", template="order_partly_shipped", grace_hours=72, expires_after_hours=96),
    ),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "canceled", "returning"),
)
