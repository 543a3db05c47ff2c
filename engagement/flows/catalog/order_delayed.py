"""It will be late, and the customer hears it from us first."""

from engagement.flows.definition import Definition, Step, Wait

FLOW = Definition(
    key="order_delayed",
    title="Order delayed",
    purpose="Tells of a delay before the customer has to ask.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("order.delayed",),
    steps=(
        Step(
            key="send",
            template="order_delayed",
            # A promise is over at midnight; by eight the parcel may be out for delivery after all.
            wait=Wait(days=0, at="08:00"),
            grace_hours=48,
            expires_after_hours=48,
        ),
    ),
    ends_on=("order.canceled", "order.deleted"),
    overtaken_by=("delivered", "out_for_delivery", "ready_for_pickup"),
)
