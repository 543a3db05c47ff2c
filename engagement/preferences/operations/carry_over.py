"""Two customers turned out to be one: what either said holds for the one who remains."""

from datetime import datetime

from django.db import transaction

from engagement.preferences.models import Consent, Suppression, Wishes
from engagement.preferences.operations.lock_customer import locked_customer
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.queries import suppressed


def carry_over(*, to_customer_id: int, from_customer_id: int, now: datetime) -> int:
    """Copy the merged customer's statements, with their own times; how many were new.

    The newest word of both counts from then on. An address that unsubscribed from marketing stays
    suppressed; where the one who remains uses another address, that one is suppressed, too. The longer
    pause holds, and the wish for fewer mails.
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
                    purpose=one.purpose,
                    wording=one.wording,
                    evidence=one.evidence,
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
        _carry_wishes(remains=remains.pk, gone=gone.pk)
        return Consent.objects.filter(customer=remains).count() - before


def _carry_wishes(*, remains: int, gone: int) -> None:
    theirs = Wishes.objects.filter(customer_id=gone).first()
    if theirs is None:
        return
    own = Wishes.objects.filter(customer_id=remains).first()
    if own is None:
        Wishes.objects.filter(pk=theirs.pk).update(customer_id=remains)
        return
    own.wants_fewer |= theirs.wants_fewer
    own.paused_until = max(filter(None, [own.paused_until, theirs.paused_until]), default=None)
    own.save(update_fields=["wants_fewer", "paused_until"])
