"""What the portal keeps of a person: who is in, and who asked to be."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Q
from django.db.models.fields.files import FieldFile

from core.privacy import Part, Person, Rows, rows
from engagement.portal.models import LoginRequest, PortalSession


def _asked(person: Person) -> Q:
    return Q(customer_id__in=person.ids) | Q(email__in=person.emails)


def show(person: Person) -> Mapping[str, Rows]:
    return {
        "sessions": rows(
            PortalSession.objects.filter(customer_id__in=person.ids),
            *("created_at", "last_seen_at", "ends_at"),
        ),
        "login_requests": rows(
            LoginRequest.objects.filter(_asked(person)),
            *("order_number", "email", "created_at", "used_at"),
        ),
    }


def forget(*, person: Person, now: datetime) -> Iterator[FieldFile]:
    """They are out at once, everywhere."""
    PortalSession.objects.filter(customer_id__in=person.ids).delete()
    LoginRequest.objects.filter(_asked(person)).delete()
    yield from ()


PART = Part(
    room="portal",
    covers=frozenset({"portal.PortalSession", "portal.LoginRequest"}),
    show=show,
    forget=forget,
)
