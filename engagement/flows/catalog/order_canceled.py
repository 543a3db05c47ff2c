"""Order canceled. Goes even when the shop deletes the order right after canceling it."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="order_canceled",
    title="Order canceled",
    purpose="Confirms that the order was canceled, so that nobody waits for a parcel.",
    message_class="transactional",
    subject="order",
    starts_on=("order.canceled",),
    steps=(Step(key="send", template="order_canceled", grace_hours=48, expires_after_hours=96),),
)
