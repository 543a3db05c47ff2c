"""Claim received: what happens next, and until when."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="claim_received",
    title="Warranty claim received",
    purpose="Tells who claimed that it has come, and until when it is settled.",
    message_class="transactional",
    subject="claim",
    one_per="event",
    starts_on=("claim.opened",),
    steps=(Step(key="send", template="claim_received", grace_hours=72, expires_after_hours=96),),
)
