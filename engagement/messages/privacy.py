"""What is kept of the mails somebody got, and how it is forgotten: that there was one stays."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Q
from django.db.models.fields.files import FieldFile

from core.privacy import Part, Person, Rows, rows
from engagement.messages.models import LocalMail, Message, MessageEvent
from engagement.messages.models.message import Reason
from engagement.messages.operations.end_messages import end_messages


def of_person(person: Person) -> Q:
    return Q(customer_id__in=person.ids) | Q(order_id__in=person.order_ids)


def show(person: Person) -> Mapping[str, Rows]:
    theirs = Message.objects.filter(of_person(person))
    return {
        "mails": rows(
            theirs,
            *("flow", "step", "template", "message_class", "language", "sent_to", "status"),
            *("reason", "facts", "due_at", "handed_at", "ended_at"),
        ),
        "mail_events": rows(
            MessageEvent.objects.filter(message__in=theirs),
            *("message__template", "kind", "description", "happened_at"),
        ),
    }


def forget(*, person: Person, now: datetime) -> Iterator[FieldFile]:
    """End what waits; of what went, where it went and what it told."""
    where = of_person(person)
    end_messages(store_id=person.store_id, where=where, reason=Reason.ERASED, now=now)
    ids = list(Message.objects.filter(where).values_list("pk", flat=True))
    MessageEvent.objects.filter(message_id__in=ids).update(description="", reject_reason="")
    to_them = Q(message_id__in=ids)
    for email in person.emails:
        to_them |= Q(recipient__contains=email)
    LocalMail.objects.filter(to_them, store_id=person.store_id).delete()
    Message.objects.filter(pk__in=ids).update(sent_to="", facts={}, reason_detail="")
    yield from ()


PART = Part(
    room="mails",
    covers=frozenset(
        f"engagement_messages.{name}" for name in ("Message", "MessageEvent", "LocalMail", "Outbox")
    ),
    show=show,
    forget=forget,
)
