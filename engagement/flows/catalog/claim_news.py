"""News of a claim: accepted, refused with its reason, or settled."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="claim_news",
    title="News of a warranty claim",
    purpose="Tells who claimed that it is accepted, refused with its reason, or settled.",
    message_class="transactional",
    subject="claim",
    one_per="event",
    starts_on=(
        "claim.accepted",
        "claim.refused",
        "claim.settled",
    ),
    steps=(Step(key="send", template="claim_news", grace_hours=72, expires_after_hours=96),),
)
