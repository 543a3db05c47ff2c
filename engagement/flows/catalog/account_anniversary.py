"""Account anniversary: so many years since the customer came to the shop."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="account_anniversary",
    title="Account anniversary",
    purpose="Thanks the customer on the day they joined the shop, year after year.",
    message_class="marketing",
    topic=Topic.BIRTHDAY.value,
    subject="customer",
    counts_from="occasion",
    one_per="event",
    starts_on=("customer.anniversary_neared",),
    steps=(
        Step(
            key="thank",
            template="account_anniversary",
            wait=Wait(days=0, at="10:00"),
            expires_after_hours=72,
        ),
    ),
)
