"""Newsletter: its mails are planned by campaigns."""

from engagement.flows.catalog.campaign_step import campaign_step
from engagement.flows.definition import Definition
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="newsletter",
    title="Newsletter",
    purpose="Mails of your own, written as campaigns and sent once to whom you choose.",
    message_class="marketing",
    topic=Topic.NEWSLETTER.value,
    subject="customer",
    one_per="event",
    starts_on=("campaign.scheduled",),
    steps=(campaign_step("newsletter"),),
    is_fused=False,  # a campaign is a flood that somebody wants
)
