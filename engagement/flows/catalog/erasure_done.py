"""Erased: the receipt, and the last mail that they get."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="erasure_done",
    title="Erasure done",
    purpose="Says that it was done and what the law makes you keep. Its address is forgotten with it.",
    message_class="transactional",
    subject="customer",
    one_per="event",
    starts_on=("customer.erased",),
    steps=(Step(key="send", template="erasure_done", expires_after_hours=20),),
    is_fused=False,
)
