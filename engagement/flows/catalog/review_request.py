"""Review request, days after the goods arrived, naming what was bought; one reminder."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="review_request",
    title="Review request",
    purpose="Asks how the products are once the customer has had time to use them.",
    message_class="marketing",
    topic=Topic.REVIEWS.value,
    subject="order",
    counts_from="arrival",
    # At dispatch by estimate, so that it stands in the calendar; moved when the goods arrive.
    starts_on=("fulfillment.shipped", "order.delivered"),
    steps=(
        Step(
            key="ask",
            template="review_request",
            wait=Wait(setting="review_delay", at="10:00"),
            expires_after_hours=21 * 24,
            usual_days=(7, 15),
        ),
        Step(
            key="reminder",
            template="review_reminder",
            follows="ask",
            wait=Wait(days=7, at="10:00"),
            expires_after_hours=14 * 24,
            usual_days=(5, 14),
        ),
    ),
    ends_on=("order.canceled", "order.deleted"),
    waits_for_peace=True,
)
