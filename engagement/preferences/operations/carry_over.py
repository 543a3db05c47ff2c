"""Two customers turned out to be one: what either said holds for the one who remains."""

from datetime import datetime

from django.db import transaction

from engagement.preferences.models import Consent, Suppression
from engagement.preferences.operations.lock_customer import locked_customer
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.queries import suppressed


def carry_over(*, to_customer_id: int, from_customer_id: int, now: datetime) -> int:
    """Copy the merged customer's statements, with their own times; how many were new.

    The newest word of both counts from then on. An address that unsubscribed from marketing stays
    suppressed; where the one who remains uses another address, that one is suppressed, too.
    """
    with transaction.atomic():
        remains, gone = (locked_customer(pk) for pk in sorted((to_customer_id, from_customer_id)))
        if remains is None or gone is None:
            return 0
        if remains.pk != to_customer_id:
            remains, gone = gone, remains
        said = Consent.objects.filter(customer=gone)
        before = Consent.objects.filter(customer=remains).count()
        Consent.objects.bulk_create(
            [
                Consent(
                    store_id=one.store_id,
                    customer=remains,
                    basis=one.basis,
                    source=one.source,
                    wording=one.wording,
                    stated_at=one.stated_at,
                    recorded_at=now,
                )
                for one in said
            ],
            ignore_conflicts=True,
        )
        if (
            gone.email
            and remains.email
            and suppressed(emails=[gone.email]).get(gone.email) == Suppression.Reach.MARKETING
        ):
            suppress(
                store_id=remains.store_id,
                email=remains.email,
                reach=Suppression.Reach.MARKETING,
                reason=Suppression.Reason.UNSUBSCRIBED,
                customer_id=remains.pk,
                now=now,
            )
        return Consent.objects.filter(customer=remains).count() - before
