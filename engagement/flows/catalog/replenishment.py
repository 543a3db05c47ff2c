"""Replenishment: shortly before it usually runs out, per product and purchase."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="replenishment",
    title="Time to buy again",
    purpose="Reminds the customer when what they bought is about to run out.",
    message_class="marketing",
    topic=Topic.REPLENISHMENT.value,
    subject="customer",
    counts_from="arrival",
    one_per="product",
    starts_on=("fulfillment.shipped", "order.delivered"),
    steps=(
        Step(
            key="remind",
            template="replenishment",
            wait=Wait(setting="replenish_interval", at="10:00"),
            expires_after_hours=21 * 24,
        ),
    ),
    ends_on=("order.canceled", "order.deleted"),
    waits_for_peace=True,
)
