from engagement.flows.models.backfill import Backfill
from engagement.flows.models.flow import Flow, FlowVersion
from engagement.flows.models.flow_hour import FlowHour

__all__ = ["Backfill", "Flow", "FlowHour", "FlowVersion"]
