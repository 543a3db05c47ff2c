"""Change not possible: the answer to what a customer asked for on the order's page."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="change_refused",
    title="Change not possible",
    purpose="Says that a wish could not be met, why, and what to do instead.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("order.change_refused",),
    steps=(Step(key="send", template="change_refused", grace_hours=24, expires_after_hours=48),),
)
