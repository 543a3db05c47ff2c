"""Ready for pick-up: where, until when, with what code."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="ready_for_pickup",
    title="Ready for pick-up",
    purpose="Tells the customer where the parcel waits and how to collect it.",
    message_class="transactional",
    subject="fulfillment",
    starts_on=("fulfillment.ready_for_pickup",),
    steps=(Step(key="send", template="ready_for_pickup", grace_hours=48, expires_after_hours=72),),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "returning", "canceled"),
)
