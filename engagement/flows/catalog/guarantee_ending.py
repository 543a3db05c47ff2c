"""The guarantee ends in some weeks: time to say if something is wrong."""

from engagement.flows.definition import Definition, Step

FLOW = Definition(
    key="guarantee_ending",
    title="Guarantee ends soon",
    purpose="Reminds of a guarantee's last day, about sixty days before.",
    message_class="transactional",
    subject="guarantee",
    one_per="event",
    starts_on=("guarantee.ending",),
    steps=(
        Step(key="send", template="guarantee_ending", grace_hours=336, expires_after_hours=504),
    ),
)
