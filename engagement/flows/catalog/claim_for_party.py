"""A claim handed to who mends it: to the outside party, with its own link."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="claim_for_party",
    title="Warranty claim for who mends it",
    purpose="Asks the manufacturer, service or maintenance firm for an answer.",
    message_class="transactional",
    subject="claim",
    one_per="event",
    starts_on=("claim.handed",),
    steps=(Step(key="send", template="claim_for_party", grace_hours=72, expires_after_hours=96),),
)
