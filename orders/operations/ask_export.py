"""A customer wants to see everything that is kept of them."""

from datetime import datetime

from orders.models import Customer, PrivacyRequest
from orders.operations.keep_wish import keep_wish


def ask_export(
    *, customer: Customer, source: str = PrivacyRequest.PORTAL, now: datetime
) -> PrivacyRequest:
    """Keep the wish; it is carried out within minutes and mailed. Asked twice, it is one wish.

    Inside the store's scope; `now` is the store's time.
    """
    return keep_wish(
        customer=customer,
        kind=PrivacyRequest.Kind.EXPORT_CUSTOMER,
        source=source,
        starts_at=None,
        now=now,
    )
