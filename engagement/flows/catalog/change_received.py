"""We have your request: the answer to what a customer asked for on the order's page."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="change_received",
    title="We have your request",
    purpose="Tells customers that their wish to cancel or change an order has arrived, and what comes next.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("order.change_asked",),
    steps=(Step(key="send", template="change_received", grace_hours=24, expires_after_hours=48),),
)
