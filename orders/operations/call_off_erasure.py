"""A customer thinks better of it while there is time."""

from datetime import datetime

from orders.models import Customer, PrivacyRequest


def call_off_erasure(*, customer: Customer, now: datetime) -> bool:
    """End their own open wish to be erased; false where there is none. One UPDATE, so that either
    this or the erasure wins. Inside the store's scope."""
    return bool(
        PrivacyRequest.objects.filter(
            customer=customer,
            kind=PrivacyRequest.Kind.ERASE_CUSTOMER,
            source=PrivacyRequest.PORTAL,
            done_at=None,
            called_off_at=None,
        ).update(called_off_at=now)
    )
