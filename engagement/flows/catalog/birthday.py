"""Birthday: on the day, in the morning where the customer lives."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="birthday",
    title="Birthday",
    purpose="Wishes a happy birthday on the day.",
    message_class="marketing",
    topic=Topic.BIRTHDAY.value,
    subject="customer",
    counts_from="occasion",
    one_per="event",
    starts_on=("customer.birthday_neared",),
    steps=(
        Step(
            key="wish",
            template="birthday",
            wait=Wait(days=0, at="09:00"),
            grace_hours=14,
            expires_after_hours=14,  # a wish on the next day is worse than none
        ),
    ),
)
