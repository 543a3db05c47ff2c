"""What support keeps of a person: the problems they reported."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models.fields.files import FieldFile

from core.privacy import Part, Person, Rows, rows
from support.models import Problem, ProblemPhoto


def show(person: Person) -> Mapping[str, Rows]:
    return {
        "problems": rows(
            Problem.objects.filter(order_id__in=person.order_ids),
            *("order__number", "kind", "text", "reported_at", "settled_at"),
        )
    }


def files(person: Person) -> Iterator[tuple[str, FieldFile]]:
    photos = ProblemPhoto.objects.filter(problem__order_id__in=person.order_ids)
    for photo in photos.order_by("pk"):
        yield f"problems/{photo.pk}.jpg", photo.file


def forget(*, person: Person, now: datetime) -> Iterator[FieldFile]:
    """That there was a problem stays, words and pictures go."""
    photos = ProblemPhoto.objects.filter(problem__order_id__in=person.order_ids)
    for photo in photos:
        yield photo.file
    photos.delete()
    Problem.objects.filter(order_id__in=person.order_ids).update(text="", customer=None)


PART = Part(
    room="support",
    covers=frozenset({"support.Problem", "support.ProblemPhoto"}),
    show=show,
    forget=forget,
    files=files,
)
