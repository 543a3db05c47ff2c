"""Credit for a return."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="return_credited",
    title="Return: credit",
    purpose="Says how much credit a return brought, with its bonus.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.credited",),
    steps=(Step(key="send", template="return_credited", grace_hours=96, expires_after_hours=168),),
)
