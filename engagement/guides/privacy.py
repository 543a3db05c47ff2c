"""What somebody said of a guide: whether it helped, and what was missing."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models.fields.files import FieldFile

from core.privacy import Part, Person, Rows, rows
from engagement.guides.models import GuideAnswer


def show(person: Person) -> Mapping[str, Rows]:
    return {
        "guide_answers": rows(
            GuideAnswer.objects.filter(customer_id__in=person.ids),
            *("version__guide__title", "missing", "language"),
        )
    }


def forget(*, person: Person, now: datetime) -> Iterator[FieldFile]:
    """The count stays, who it was does not."""
    GuideAnswer.objects.filter(customer_id__in=person.ids).update(missing="", customer=None)
    yield from ()


PART = Part(room="guides", covers=frozenset({"guides.GuideAnswer"}), show=show, forget=forget)
