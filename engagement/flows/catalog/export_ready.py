"""A copy of their data, for who asked for it."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="export_ready",
    title="Copy of their data",
    purpose="Hands over what a customer asked to see. Switched off, their right is not met.",
    message_class="transactional",
    subject="customer",
    one_per="event",
    starts_on=("customer.export_ready",),
    steps=(Step(key="send", template="export_ready", expires_after_hours=144),),
    is_fused=False,
)
