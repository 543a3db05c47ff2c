"""Approved: how to send it back."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="return_approved",
    title="Return: how to send it",
    purpose="Says how and by when the goods are sent back, with the label.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.approved",),
    steps=(Step(key="send", template="return_approved", grace_hours=96, expires_after_hours=168),),
)
