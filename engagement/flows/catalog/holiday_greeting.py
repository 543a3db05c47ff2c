"""Holiday greeting: its mails are planned by campaigns."""

from engagement.flows.catalog.campaign_step import campaign_step
from engagement.flows.definition import Definition
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="holiday_greeting",
    title="Holiday greeting",
    purpose="A greeting on a holiday, sent as a campaign.",
    message_class="marketing",
    topic=Topic.NEWSLETTER.value,
    subject="customer",
    one_per="event",
    starts_on=("campaign.scheduled",),
    steps=(campaign_step("holiday_greeting"),),
    is_fused=False,  # a campaign is a flood that somebody wants
)
