"""Put an address on the list of those we leave alone."""

from datetime import datetime

from django.db import transaction

from engagement.preferences.addresses import address_hash, normalised
from engagement.preferences.models import Suppression
from engagement.preferences.operations.lock_customer import locked_customer
from orders.models import Customer


def suppress(
    *,
    store_id: int,
    email: str = "",
    reach: str,
    reason: str,
    now: datetime,
    customer_id: int | None = None,
    digest: str = "",
) -> bool:
    """Leave `email` alone from now on; true when it was not so already.

    Takes the customer's lock, so that no mail is being handed over meanwhile. The address itself
    is not kept; where only its hash is known, that is `digest`.
    """
    with transaction.atomic():
        if customer_id is None and email:
            customer_id = (
                Customer.objects.filter(email=normalised(email), merged_into__isnull=True)
                .values_list("pk", flat=True)
                .first()
            )
        if customer_id is not None:
            locked_customer(customer_id)
        digest = digest or address_hash(email)
        row = {"store_id": store_id, "address_hash": digest, "reach": reach}
        if Suppression.objects.filter(**row, lifted_at__isnull=True).exists():
            return False
        Suppression.objects.bulk_create(
            [Suppression(**row, reason=reason, customer_id=customer_id, since=now)],
            ignore_conflicts=True,
        )
    return True
