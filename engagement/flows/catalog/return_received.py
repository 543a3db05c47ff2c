"""The goods are here."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="return_received",
    title="Return: it has arrived",
    purpose="Says that the goods are here, and when the money, credit or exchange comes.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.received",),
    steps=(Step(key="send", template="return_received", grace_hours=96, expires_after_hours=168),),
)
