"""Erasure asked for: when it happens, and the way to think better of it."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="erasure_asked",
    title="Erasure asked for",
    purpose="Confirms the wish, so that nobody is erased without knowing. Leave it on.",
    message_class="transactional",
    subject="customer",
    one_per="event",
    starts_on=("customer.erasure_asked",),
    steps=(Step(key="send", template="erasure_asked", expires_after_hours=144),),
    is_fused=False,
)
