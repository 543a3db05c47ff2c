"""Win-back: after a long silence, and once more. Any order ends it."""

from engagement.flows.definition import Definition, Step, Wait
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="win_back",
    title="Win back",
    purpose="Writes to customers who have bought nothing for long, counted from their last order; "
    "to those with a slow rhythm of their own later. Ends with any order.",
    message_class="marketing",
    topic=Topic.OFFERS.value,
    subject="customer",
    counts_from="event",
    one_per="event",
    starts_on=("customer.went_quiet",),
    steps=(
        Step(
            key="miss",
            template="win_back_1",
            wait=Wait(days=120, at="10:00"),
            grace_hours=14 * 24,
            expires_after_hours=21 * 24,
            usual_days=(60, 365),
        ),
        Step(
            key="last",
            template="win_back_2",
            follows="miss",
            wait=Wait(days=30, at="10:00"),
            grace_hours=14 * 24,
            expires_after_hours=21 * 24,
            usual_days=(14, 90),
        ),
    ),
    waits_for_peace=True,
    is_off_at_first=True,
)
