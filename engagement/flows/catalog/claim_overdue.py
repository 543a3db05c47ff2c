"""A claim whose holder let a deadline pass: to the shop's own people."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="claim_overdue",
    title="Overdue warranty claim",
    purpose="Tells your own people that nobody has answered a claim in time.",
    message_class="transactional",
    subject="claim",
    one_per="event",
    starts_on=("claim.overdue",),
    steps=(Step(key="send", template="claim_overdue", grace_hours=72, expires_after_hours=96),),
)
