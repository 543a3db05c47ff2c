"""Product update: its mails are planned by campaigns."""

from engagement.flows.catalog.campaign_step import campaign_step
from engagement.flows.definition import Definition
from engagement.preferences.topics import Topic

FLOW = Definition(
    key="product_update",
    title="Product update",
    purpose="News of a product to those who have it, sent as a campaign.",
    message_class="marketing",
    topic=Topic.NEWSLETTER.value,
    subject="customer",
    one_per="event",
    starts_on=("campaign.scheduled",),
    steps=(campaign_step("product_update"),),
    is_fused=False,  # a campaign is a flood that somebody wants
)
