"""Returns of a person: shown whole; forgotten but for what came back and what was paid for it."""

from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.db.models.fields.files import FieldFile

from core.privacy import Person, Rows, rows
from orders.models import Payback, Return, ReturnLine, ReturnPhoto, WithdrawalStatement

RETURN = (
    *("reference", "order__number", "kind", "outcome", "status", "way", "note", "declared_name"),
    *("declared_email", "currency", "reason", "carrier", "tracking_number", "exchange_number"),
)


def _stated(person: Person) -> Q:
    return Q(asked__order_id__in=person.order_ids) | Q(email__in=person.emails)


def show_returns(person: Person) -> Mapping[str, Rows]:
    of_orders = {"asked__order_id__in": person.order_ids}
    return {
        "returns": rows(Return.objects.filter(order_id__in=person.order_ids), *RETURN),
        "return_lines": rows(
            ReturnLine.objects.filter(**of_orders),
            *("asked__reference", "order_line__title", "reason_text", "words", "new_title"),
            "condition",
        ),
        "withdrawals": rows(
            WithdrawalStatement.objects.filter(_stated(person)),
            *("name", "order_number", "email", "status", "stated_at"),
        ),
        "paybacks": rows(
            Payback.objects.filter(**of_orders),
            *("asked__reference", "kind", "status", "currency"),
        ),
    }


def return_files(person: Person) -> Iterator[tuple[str, FieldFile]]:
    for photo in ReturnPhoto.objects.filter(asked__order_id__in=person.order_ids).order_by("pk"):
        name = (photo.file.name or "").rsplit("/", 1)[-1]
        yield f"returns/{photo.pk}-{name}", photo.file


def forget_returns(person: Person) -> Iterator[FieldFile]:
    WithdrawalStatement.objects.filter(_stated(person)).update(name="", email="", problem="")
    photos = ReturnPhoto.objects.filter(asked__order_id__in=person.order_ids)
    for photo in photos:
        yield photo.file
    photos.delete()
    Return.objects.filter(order_id__in=person.order_ids).update(
        note="",
        declared_name="",
        declared_email="",
        reason="",
        staff_note="",
        problem="",
        tracking_number="",
    )
    ReturnLine.objects.filter(asked__order_id__in=person.order_ids).update(words="")
    Payback.objects.filter(asked__order_id__in=person.order_ids).update(problem="")
