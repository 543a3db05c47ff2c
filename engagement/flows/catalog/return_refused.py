"""Refused, with its reason."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="return_refused",
    title="Return: not accepted",
    purpose="Says that a return was not accepted, and why.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.refused",),
    steps=(Step(key="send", template="return_refused", grace_hours=96, expires_after_hours=168),),
)
