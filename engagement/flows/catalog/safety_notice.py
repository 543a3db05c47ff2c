"""Safety notice or recall: to every buyer, whatever mail they chose to get."""

from engagement.flows.catalog.campaign_step import campaign_step
from engagement.flows.definition import Definition

FLOW = Definition(
    key="safety_notice",
    title="Safety notice",
    purpose="Warns every buyer of a product or batch, sent as a campaign. The law asks for it; no "
    "consent is needed, and who reached whom is kept.",
    message_class="transactional",
    subject="customer",
    one_per="event",
    starts_on=("campaign.scheduled",),
    steps=(campaign_step("safety_notice"),),
    is_fused=False,
)
