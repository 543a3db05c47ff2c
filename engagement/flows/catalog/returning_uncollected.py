"""Nobody collected the parcel: the last call before it goes back."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="returning_uncollected",
    title="About to go back uncollected",
    purpose="Warns the customer before an uncollected parcel is sent back.",
    message_class="transactional",
    subject="fulfillment",
    starts_on=("fulfillment.returning",),
    steps=(
        Step(key="send", template="returning_uncollected", grace_hours=48, expires_after_hours=72),
    ),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "canceled"),
)
