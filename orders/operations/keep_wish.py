"""Write down that somebody wants their data shown or erased: one open wish of a kind per customer."""

from datetime import datetime

from django.db import transaction

from core.secrets import keyed_hash
from orders.models import Customer, PrivacyRequest
from orders.operations.keep_privacy_demand import DEADLINE


def keep_wish(
    *,
    customer: Customer,
    kind: str,
    source: str,
    starts_at: datetime | None,
    is_told: bool = True,
    now: datetime,
) -> PrivacyRequest:
    """The open wish of that kind: theirs from before, or a new one. The customer's lock decides between
    two tabs. Inside the store's scope."""
    with transaction.atomic():
        locked = Customer.objects.select_for_update().get(pk=customer.pk)
        known = PrivacyRequest.objects.filter(
            customer=locked, kind=kind, source=source, done_at=None, called_off_at=None
        ).first()
        if known is not None:
            return known
        theirs = PrivacyRequest.objects.filter(customer=locked, kind=kind, source=source)
        return PrivacyRequest.objects.create(
            store_id=locked.store_id,
            customer=locked,
            kind=kind,
            source=source,
            # Numbered, so that the key in the database lets no second open one in.
            key=f"{kind}:{locked.pk}:{theirs.count()}",
            subject_hash=keyed_hash(purpose="privacy", value=locked.email) if locked.email else "",
            received_at=now,
            due_at=now + DEADLINE,
            starts_at=starts_at,
            is_told=is_told and bool(locked.email),
        )
