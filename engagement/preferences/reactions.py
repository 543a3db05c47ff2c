"""What preferences do when something happened elsewhere."""

from datetime import datetime

from core.events.event import Event
from core.events.wiring import reaction
from engagement.preferences.models import Suppression
from engagement.preferences.operations.carry_over import carry_over
from engagement.preferences.operations.record_consent import NoSuchCustomer, record_consent
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.operations.unsubscribe import unsubscribe
from orders.models import Customer


@reaction(needs=["customer_id", "basis", "source", "wording", "stated_at"], imports=True)
def record_statement(*, event: Event, now: datetime) -> None:
    """Keep what the customer said about marketing."""
    said = event.payload
    try:
        record_consent(
            customer_id=said["customer_id"],
            basis=said["basis"],
            source=said["source"],
            wording=said["wording"],
            stated_at=datetime.fromisoformat(said["stated_at"]),
            origin=event.origin,
            now=now,
        )
    except NoSuchCustomer:
        return  # gone since; there is nobody left to write to


@reaction(needs=["customer_id", "merged_customer_id"], imports=True)
def follow_merge(*, event: Event, now: datetime) -> None:
    """Carry consent and suppression over to the customer who remains."""
    carry_over(
        to_customer_id=event.payload["customer_id"],
        from_customer_id=event.payload["merged_customer_id"],
        now=now,
    )


@reaction(needs=["customer_id"])
def suppress_bounced(*, event: Event, now: datetime) -> None:
    """Leave an address alone that does not exist."""
    _leave_alone(event=event, reason=Suppression.Reason.BOUNCED, now=now)


@reaction(needs=["customer_id"])
def suppress_complained(*, event: Event, now: datetime) -> None:
    """Leave a person alone who called our mail spam."""
    customer = _leave_alone(event=event, reason=Suppression.Reason.COMPLAINED, now=now)
    if customer is not None:
        unsubscribe(customer_id=customer.pk, source="complaint", now=now)


def _leave_alone(*, event: Event, reason: str, now: datetime) -> Customer | None:
    customer_id = event.payload["customer_id"]
    customer = Customer.objects.filter(pk=customer_id).first() if customer_id else None
    if customer is not None and customer.email:
        suppress(
            store_id=event.store_id,
            email=customer.email,
            reach=Suppression.Reach.ALL,
            reason=reason,
            customer_id=customer.pk,
            now=now,
        )
    return customer
