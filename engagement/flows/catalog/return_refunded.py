"""Money for a return."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="return_refunded",
    title="Return: money back",
    purpose="Says that the money of a return was given back, where no refund of the shop said so already.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.refunded",),
    steps=(Step(key="send", template="return_refunded", grace_hours=96, expires_after_hours=168),),
)
