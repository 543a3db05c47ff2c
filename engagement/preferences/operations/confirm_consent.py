"""The owner of the mailbox presses the button: what was asked for holds from now on (double opt-in)."""

from datetime import datetime

from django.db import transaction

from engagement.preferences.models import Consent
from engagement.preferences.operations.lock_customer import locked_person
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.policies import Basis

SOURCE = "double_opt_in"


def confirm_consent(*, asked: Consent, now: datetime) -> bool:
    """Record the yes that the pending statement `asked` stands for; false if that was done before.

    The same words, for the same purpose, with the pending statement as the evidence. Somebody merged
    into another speaks for that other.
    """
    with transaction.atomic():
        chain = locked_person(asked.customer_id)
        if not chain or is_confirmed(asked=asked):
            return False
        return record_consent(
            customer_id=chain[-1].pk,
            purpose=asked.purpose,
            basis=Basis.EXPLICIT,
            source=SOURCE,
            wording=asked.wording,
            evidence={
                "confirms": asked.pk,
                "asked_at": asked.stated_at.isoformat(),
                "asked_where": asked.source,
            },
            stated_at=now,
            now=now,
        )


def is_confirmed(*, asked: Consent) -> bool:
    """Whether the button was pressed already."""
    theirs = [asked.customer_id, asked.customer.merged_into_id or asked.customer_id]
    return Consent.objects.filter(
        customer_id__in=theirs, basis=Basis.EXPLICIT, evidence__confirms=asked.pk
    ).exists()
