"""Money given back. Goes whatever became of the order."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="refund_issued",
    title="Refund issued",
    purpose="Says how much was given back, for what, and when to expect it.",
    message_class="transactional",
    subject="refund",
    starts_on=("order.refunded",),
    steps=(Step(key="send", template="refund_issued", grace_hours=96, expires_after_hours=168),),
)
