"""We have your message: the answer to a problem reported from the order's page."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="problem_received",
    title="Problem reported",
    purpose="Tells customers that their report of a problem has arrived and that a person looks at it.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("problem.reported",),
    steps=(Step(key="send", template="problem_received", grace_hours=24, expires_after_hours=48),),
)
