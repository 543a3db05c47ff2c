"""Three tips in the weeks after the goods arrived, on what they were bought for."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="care_tips",
    title="Care tips",
    purpose="Three tips on one product of the order, in the weeks after it arrived. Products without "
    "tips get none; the same product only once.",
    message_class="marketing",
    topic=Topic.OFFERS.value,
    subject="order",
    counts_from="arrival",
    starts_on=("fulfillment.shipped", "order.delivered"),
    steps=tuple(
        Step(
            key=f"tip_{number}",
            template=f"care_tips_{number}",
            wait=Wait(days=days, at="10:00"),
            expires_after_hours=10 * 24,
            usual_days=usual,
        )
        for number, days, usual in ((1, 5, (3, 10)), (2, 19, (14, 30)), (3, 40, (30, 90)))
    ),
    ends_on=("order.canceled", "order.deleted"),
    waits_for_peace=True,
)
