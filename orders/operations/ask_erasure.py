"""A customer wants everything about them erased, after some days in which they may think better of it."""

from datetime import datetime, timedelta

from django.db import transaction

from core.events.spine import record
from orders.events import CustomerErasureAsked
from orders.models import Customer, PrivacyRequest
from orders.operations.keep_wish import keep_wish

GRACE = timedelta(days=7)
"""Well within the month of Art. 12(3) GDPR, and long enough to notice a mail that one did not ask for."""


def ask_erasure(*, customer: Customer, now: datetime) -> PrivacyRequest:
    """Keep the wish and have it confirmed by mail. Asked twice, it is one wish and one mail.

    Inside the store's scope; `now` is the store's time.
    """
    with transaction.atomic():
        wish = keep_wish(
            customer=customer,
            kind=PrivacyRequest.Kind.ERASE_CUSTOMER,
            source=PrivacyRequest.PORTAL,
            starts_at=now + GRACE,
            now=now,
        )
        record(
            news=CustomerErasureAsked(customer_id=customer.pk, privacy_request_id=wish.pk),
            store_id=customer.store_id,
            subject=f"customer:{customer.pk}",
            key=f"{customer.pk}:{wish.pk}",
            occurred_at=wish.received_at,
            origin="live",
            now=now,
        )
    return wish
