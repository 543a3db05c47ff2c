"""Was it you? For who agreed to marketing where a yes must be confirmed."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="preference_confirmation",
    title="Confirmation of a yes",
    purpose="Asks whether the mailbox is theirs. Switched off, such a yes never counts.",
    message_class="transactional",
    subject="customer",
    one_per="event",
    starts_on=("customer.consent_pending",),
    steps=(Step(key="ask", template="preference_confirmation"),),
)
