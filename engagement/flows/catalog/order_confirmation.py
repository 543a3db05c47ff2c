"""Order confirmation: at once, with everything that was bought."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="order_confirmation",
    title="Order confirmation",
    purpose="Tells the customer at once that the order went through, and what is in it.",
    message_class="transactional",
    subject="order",
    starts_on=("order.placed",),
    steps=(
        Step(key="send", template="order_confirmation", grace_hours=48, expires_after_hours=72),
    ),
    ends_on=("order.canceled", "order.deleted"),
    is_fused=False,  # a flood of orders is what a shop hopes for; it must not silence confirmations
)
