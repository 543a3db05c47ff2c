"""What was chosen instead is on order."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="return_exchanged",
    title="Return: exchange",
    purpose="Says that the goods chosen instead are on order.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.exchanged",),
    steps=(Step(key="send", template="return_exchanged", grace_hours=96, expires_after_hours=168),),
)
