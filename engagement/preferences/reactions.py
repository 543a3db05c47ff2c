"""What preferences do when something happened elsewhere."""

from datetime import datetime

from core.events.event import Event
from core.events.wiring import reaction


@reaction(needs=["customer_id", "basis", "source", "wording", "stated_at"], imports=True)
def record_statement(*, event: Event, now: datetime) -> None:
    """Keep what the customer said about marketing."""
    raise NotImplementedError


@reaction(needs=["customer_id", "merged_customer_id"])
def follow_merge(*, event: Event, now: datetime) -> None:
    """Carry consent and suppression over to the customer who remains."""
    raise NotImplementedError


@reaction(needs=["message_id"])
def suppress_bounced(*, event: Event, now: datetime) -> None:
    """Leave an address alone that does not exist."""
    raise NotImplementedError


@reaction(needs=["message_id"])
def suppress_complained(*, event: Event, now: datetime) -> None:
    """Leave a person alone who called our mail spam."""
    raise NotImplementedError
