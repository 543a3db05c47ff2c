"""What flows do when something happened: start, stop, follow."""

from datetime import datetime

from core.events.event import Event
from core.events.wiring import reaction


@reaction()
def enter(*, event: Event, now: datetime) -> None:
    """Plan the mails of every flow that this event starts."""
    raise NotImplementedError


@reaction()
def stop(*, event: Event, now: datetime) -> None:
    """End planned mails that this event made pointless."""
    raise NotImplementedError


@reaction(needs=["order_id", "customer_id"])
def stop_on_reorder(*, event: Event, now: datetime) -> None:
    """End replenishment reminders for what has just been bought again."""
    raise NotImplementedError


@reaction(needs=["customer_id", "merged_customer_id"])
def follow_merge(*, event: Event, now: datetime) -> None:
    """Carry planned mails over to the customer who remains."""
    raise NotImplementedError
