"""The parcel has arrived."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="delivered",
    title="Delivered",
    purpose="Says that the parcel has arrived, and whom to ask if something is wrong.",
    message_class="transactional",
    subject="fulfillment",
    starts_on=("fulfillment.delivered",),
    steps=(Step(key="send", template="delivered", grace_hours=72, expires_after_hours=96),),
    ends_on=("order.canceled", "order.deleted"),
)
