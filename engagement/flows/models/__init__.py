from engagement.flows.models.backfill import Backfill
from engagement.flows.models.flow import Flow, FlowVersion

__all__ = ["Backfill", "Flow", "FlowVersion"]
