"""The way in, for who asked for it."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="login_link",
    title="Login link",
    purpose="Lets a customer who asked for it into their orders. Switched off, nobody gets in.",
    message_class="transactional",
    subject="customer",
    one_per="event",
    starts_on=("customer.login_asked",),
    steps=(Step(key="send", template="login_link", grace_hours=1, expires_after_hours=1),),
    # Limits per address and network hold floods back; a fuse would let one visitor lock all others out.
    is_fused=False,
)
