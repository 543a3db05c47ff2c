"""The receipt on a durable medium, with date and time (2011/83/EU, art. 11a)."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="withdrawal_receipt",
    title="Withdrawal: receipt",
    purpose="The receipt that the law owes to whoever withdraws from the contract. Leave it on.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("return.withdrawn",),
    steps=(
        Step(key="send", template="withdrawal_receipt", grace_hours=96, expires_after_hours=168),
    ),
    is_fused=False,
)
