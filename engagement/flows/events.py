"""The public news of flows."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class CampaignScheduled(News):
    """Somebody of the shop set a campaign going."""

    name: ClassVar[str] = "campaign.scheduled"
    campaign_id: int
