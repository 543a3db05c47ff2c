"""What is kept of a person's word about mail, and what of it outlives them: that they said no."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models.fields.files import FieldFile

from core.privacy import Part, Person, Rows, rows
from engagement.preferences.models import Consent, Suppression, Wishes
from engagement.preferences.operations.suppress import suppress


def show(person: Person) -> Mapping[str, Rows]:
    theirs = {"customer_id__in": person.ids}
    return {
        "consents": rows(
            Consent.objects.filter(**theirs),
            *("purpose", "basis", "source", "wording", "evidence", "stated_at", "recorded_at"),
        ),
        "left_alone": rows(
            Suppression.objects.filter(**theirs), "reach", "reason", "since", "lifted_at"
        ),
        "wishes": rows(
            Wishes.objects.filter(**theirs), "paused_until", "wants_fewer", "changed_at"
        ),
    }


def forget(*, person: Person, now: datetime) -> Iterator[FieldFile]:
    """What they said stays as proof (Art. 7(1) GDPR), by a row's number; of the address a keyed hash
    stays, so that no old list brings it back into marketing."""
    for email in person.emails:
        suppress(
            store_id=person.store_id,
            email=email,
            reach=Suppression.Reach.MARKETING,
            reason=Suppression.Reason.UNSUBSCRIBED,
            now=now,
        )
    Suppression.objects.filter(customer_id__in=person.ids).update(customer=None)
    Wishes.objects.filter(customer_id__in=person.ids).delete()
    yield from ()


PART = Part(
    room="preferences",
    covers=frozenset({"preferences.Consent", "preferences.Suppression", "preferences.Wishes"}),
    show=show,
    forget=forget,
)
