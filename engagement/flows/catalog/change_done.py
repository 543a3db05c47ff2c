"""Change done: the answer to what a customer asked for on the order's page."""

from engagement.flows.definition import Condition, Definition, Step

FLOW = Definition(
    key="change_done",
    title="Change done",
    purpose="Confirms a new phone number or note. Cancellations and new addresses have mails of their own.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("order.change_done",),
    conditions=(Condition(fact="kind", operator="one_of", value=("edit_contact", "edit_note")),),
    steps=(Step(key="send", template="change_done", grace_hours=24, expires_after_hours=48),),
)
