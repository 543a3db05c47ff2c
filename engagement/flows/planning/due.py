"""When a step is due: its anchor, its wait, and the customer's zone. Pure.

A message's `due_at` is only a cache of this: it is computed again when the message is claimed.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engagement.flows.definition import Definition, Step, Wait
from engagement.messages.timing import after_hours, on_local_day
from orders.models import Customer


def step_due(
    *,
    flow: Definition,
    step: Step,
    anchor_at: datetime,
    setting_days: int | None,
    zone: ZoneInfo,
) -> datetime:
    """When `step` is due. `setting_days` are the days of the flow's setting, where it has one."""
    if step.follows and (before := flow.step(step.follows)) is not None:
        anchor_at = step_due(
            flow=flow, step=before, anchor_at=anchor_at, setting_days=setting_days, zone=zone
        )
    return wait_over(wait=step.wait, anchor_at=anchor_at, setting_days=setting_days, zone=zone)


def wait_over(
    *, wait: Wait, anchor_at: datetime, setting_days: int | None, zone: ZoneInfo
) -> datetime:
    """The end of one wait that starts at `anchor_at`."""
    days = setting_days if wait.setting else wait.days
    if days is None:
        return after_hours(anchor=anchor_at, hours=wait.hours)
    return on_local_day(anchor=anchor_at, days=days, at=wait.at_time, zone=zone)


def expiry(*, step: Step, due_at: datetime) -> datetime:
    """When a mail that has not gone is given up."""
    return due_at + timedelta(hours=step.expires_after_hours)


def row_expiry(*, flow: Definition, step: Step, due_at: datetime) -> datetime | None:
    """The expiry that the outbox row carries; None where the due time may still move by itself.

    What counts from an arrival moves with carrier news, products and settings: there the rules
    alone compute the expiry, from the fresh due time.
    """
    return None if flow.counts_from == "arrival" else expiry(step=step, due_at=due_at)


def zone_of(*, customer: Customer | None, store_zone: str) -> ZoneInfo:
    """The customer's time zone, else the store's."""
    return ZoneInfo((customer.time_zone if customer else "") or store_zone)
