"""Says that a person looks at the return."""

from engagement.flows.definition import Condition, Definition, Step

FLOW = Definition(
    key="return_requested",
    title="Return: we look at it",
    purpose="Tells customers that a person looks at their return, and by when they hear of it.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.requested",),
    conditions=(Condition(fact="is_looked_at", operator="is", value=True),),
    steps=(Step(key="send", template="return_requested", grace_hours=96, expires_after_hours=168),),
)
