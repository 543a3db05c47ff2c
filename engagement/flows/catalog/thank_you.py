"""Thank you, from a person: some days after the goods arrived, and not with every order."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="thank_you",
    title="Thank you",
    purpose="Says thank you, signed by somebody of the shop (Store settings); at most once in 90 days.",
    message_class="marketing",
    topic=Topic.OFFERS.value,
    subject="order",
    counts_from="arrival",
    starts_on=("fulfillment.shipped", "order.delivered"),
    steps=(
        Step(
            key="thank",
            template="thank_you",
            wait=Wait(days=3, at="10:00"),
            expires_after_hours=10 * 24,
            usual_days=(2, 7),
        ),
    ),
    ends_on=("order.canceled", "order.deleted"),
    waits_for_peace=True,
    is_courtesy=True,
    is_off_at_first=True,  # somebody has to sign it
)
