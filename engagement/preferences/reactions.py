"""What preferences do when something happened elsewhere."""

from datetime import datetime

from core.events.event import Event
from core.events.wiring import reaction
from engagement.preferences.models import Suppression
from engagement.preferences.operations.carry_over import carry_over
from engagement.preferences.operations.record_consent import NoSuchCustomer, record_consent
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.policies import Basis, must_confirm
from engagement.preferences.queries import people
from orders.models import Customer

Reach = Suppression.Reach
CONFIRMED_THERE = "confirmed_opt_in"  # Shopify's word for a double opt-in that it has seen itself


@reaction(needs=["customer_id", "basis", "source", "wording", "stated_at"], imports=True)
def record_statement(*, event: Event, now: datetime) -> None:
    """Keep what the customer said about marketing."""
    said = event.payload
    try:
        record_consent(
            customer_id=said["customer_id"],
            basis=_basis(event, said["basis"], now=now),
            source=said["source"],
            wording=said["wording"],
            stated_at=datetime.fromisoformat(said["stated_at"]),
            origin=event.origin,
            now=now,
        )
    except NoSuchCustomer:
        return  # gone since; there is nobody left to write to


def _basis(event: Event, stated: str, *, now: datetime) -> str:
    """A yes is only pending where it must be confirmed. History came with the shop's word for it."""
    customer = _customer(event)
    if stated != Basis.EXPLICIT or event.origin != "live" or customer is None:
        return stated
    if CONFIRMED_THERE in event.payload["wording"] or not customer.email:
        return stated
    store = customer.store
    person = people(customer_ids=[customer.pk], store=store, now=now)[customer.pk]
    if person.basis(now=now) == Basis.EXPLICIT or not must_confirm(store=store, law=person.law):
        return stated
    return Basis.PENDING


@reaction(needs=["customer_id", "merged_customer_id"], imports=True)
def follow_merge(*, event: Event, now: datetime) -> None:
    """Carry consent and suppression over to the customer who remains."""
    carry_over(
        to_customer_id=event.payload["customer_id"],
        from_customer_id=event.payload["merged_customer_id"],
        now=now,
    )


@reaction(needs=["customer_id", "address_hash"])
def suppress_bounced(*, event: Event, now: datetime) -> None:
    """Leave an address alone that does not exist."""
    _leave_alone(event=event, reason=Suppression.Reason.BOUNCED, reach=Reach.ALL, now=now)


@reaction(needs=["customer_id", "address_hash"])
def suppress_complained(*, event: Event, now: datetime) -> None:
    """Leave a person alone who called our mail spam."""
    _leave_alone(event=event, reason=Suppression.Reason.COMPLAINED, reach=Reach.ALL, now=now)
    _end_marketing(event=event, source="complaint", now=now)


@reaction(needs=["customer_id", "address_hash"])
def leave_with_provider(*, event: Event, now: datetime) -> None:
    """Somebody left through the mail provider's own link: that counts like ours."""
    _leave_alone(
        event=event, reason=Suppression.Reason.UNSUBSCRIBED, reach=Reach.MARKETING, now=now
    )
    _end_marketing(event=event, source="mail provider", now=now)


def _leave_alone(*, event: Event, reason: str, reach: str, now: datetime) -> None:
    """The address that the mail went to; the customer may have another one by now."""
    customer = _customer(event)
    digest = event.payload.get("address_hash", "")
    email = (customer.email or "") if customer is not None else ""
    if digest or email:
        suppress(
            store_id=event.store_id,
            email=email,
            digest=digest,
            reach=reach,
            reason=reason,
            customer_id=customer.pk if customer is not None else None,
            now=now,
        )


def _end_marketing(*, event: Event, source: str, now: datetime) -> None:
    customer = _customer(event)
    if customer is not None:
        unsubscribe(customer_id=customer.pk, source=source, now=now)


def _customer(event: Event) -> Customer | None:
    return Customer.objects.filter(pk=event.payload["customer_id"] or 0).first()
