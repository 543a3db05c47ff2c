"""What goes well with what they have: never what they own."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="cross_sell",
    title="Goes well with it",
    purpose="Shows what others bought with the same goods, or what lies beside them in the shop; "
    "never what the customer has.",
    message_class="marketing",
    topic=Topic.OFFERS.value,
    subject="order",
    counts_from="arrival",
    starts_on=("fulfillment.shipped", "order.delivered"),
    steps=(
        Step(
            key="offer",
            template="cross_sell",
            wait=Wait(days=21, at="10:00"),
            expires_after_hours=14 * 24,
            usual_days=(14, 45),
        ),
    ),
    ends_on=("order.canceled", "order.deleted"),
    waits_for_peace=True,
    is_off_at_first=True,
)
