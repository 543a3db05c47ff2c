from engagement.flows.models.backfill import Backfill
from engagement.flows.models.campaign import Campaign
from engagement.flows.models.feed import Feed, FeedEntry
from engagement.flows.models.flow import Flow, FlowVersion
from engagement.flows.models.flow_hour import FlowHour
from engagement.flows.models.zone_rules import ZoneRules

__all__ = [
    "Backfill",
    "Campaign",
    "Feed",
    "FeedEntry",
    "Flow",
    "FlowHour",
    "FlowVersion",
    "ZoneRules",
]
