"""What orders forget of a person, and what stays: sums, goods and days, with nobody's name on them.

Order records stay for as long as tax law asks (Art. 17(3)(b) GDPR); what the ledger holds names a
row's number only. Papers go: the shop's own books hold the invoice.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.db.models.fields.files import FieldFile

from core.events.models import EventRow, PendingReaction
from core.privacy import Person
from core.secrets import keyed_hash
from orders.models import (
    ChangeRequest,
    Customer,
    CustomerAddress,
    CustomerSourceId,
    Fulfillment,
    InboundNotice,
    Order,
    OrderDocument,
    PlatformCommand,
    PrivacyRequest,
    Refund,
    Tombstone,
    TrackingEvent,
    Voucher,
)
from orders.privacy.returns import forget_returns
from orders.privacy.warranty import forget_warranty

PURPOSE = "privacy"
NOBODY = {
    **dict.fromkeys(("first_name", "last_name", "phone", "region"), ""),
    **dict.fromkeys(("birthday_month", "birthday_day", "birthday_year", "birthday_entered_at")),
    "email": None,
    "birthday_verified": False,
    "account_created_on": None,
}
WORDS = frozenset({"reason", "wording"})
SHORTEST = 6  # of a phone number, as text that is looked for in raw bodies
# A body is bytes: no lookup of the ORM looks into it.
HOLDING = {
    "postgresql": "SELECT id FROM orders_inboundnotice WHERE store_id = %s"
    " AND body_blanked_at IS NULL AND position(%s in body) > 0",
    "sqlite": "SELECT id FROM orders_inboundnotice WHERE store_id = %s"
    " AND body_blanked_at IS NULL AND instr(body, %s) > 0",
}


def tombstone_of(*, email: str = "", source: str = "", external_id: str = "") -> str:
    """The keyed hash under which somebody erased is remembered."""
    return keyed_hash(purpose=PURPOSE, value=email or f"{source}:{external_id}")


def forget(*, person: Person, now: datetime) -> Iterator[FieldFile]:
    """Empty every row of theirs; what stays has no name. Yields the files that go with it."""
    _bury(person, now)
    yield from _papers(person)
    yield from forget_returns(person)
    yield from forget_warranty(person)
    _notices(person, now)
    _events(person)
    _orders(person, now)
    theirs = Q(customer_id__in=person.ids)
    CustomerSourceId.objects.filter(theirs).delete()
    CustomerAddress.objects.filter(theirs).delete()
    Voucher.objects.filter(theirs).update(reason="")
    for demand in PrivacyRequest.objects.filter(theirs).exclude(file=""):
        yield demand.file
        PrivacyRequest.objects.filter(pk=demand.pk).update(file="", file_until=None)
    Customer.objects.filter(pk__in=person.ids).update(**NOBODY, erased_at=now)


def _bury(person: Person, now: datetime) -> None:
    known = CustomerSourceId.objects.filter(customer_id__in=person.ids)
    keys = {tombstone_of(email=email) for email in person.emails}
    keys |= {
        tombstone_of(source=source, external_id=external_id)
        for source, external_id in known.values_list("source", "external_id")
    }
    stones = [Tombstone(store_id=person.store_id, key_hash=key, erased_at=now) for key in keys]
    Tombstone.objects.bulk_create(stones, ignore_conflicts=True)


def _events(person: Person) -> None:
    """Free words in what happened to them."""
    about = [f"customer:{pk}" for pk in person.ids] + [f"order:{pk}" for pk in person.order_ids]
    events = EventRow.objects.filter(subject__in=about)
    for pk, payload in events.values_list("pk", "payload"):
        if WORDS & payload.keys():
            kept = {key: "" if key in WORDS else value for key, value in payload.items()}
            EventRow.objects.filter(pk=pk).update(payload=kept)
    PendingReaction.objects.filter(event__in=events).exclude(error="").update(error="")


def _papers(person: Person) -> Iterator[FieldFile]:
    papers = OrderDocument.objects.filter(order_id__in=person.order_ids)
    for paper in papers:
        if paper.file:
            yield paper.file
    papers.delete()


def _orders(person: Person, now: datetime) -> None:
    orders = Order.objects.filter(pk__in=person.order_ids)
    for order in orders.only("pk", "shipping_address", "billing_address"):
        Order.objects.filter(pk=order.pk).update(
            shipping_address=country_of(order.shipping_address),
            billing_address=country_of(order.billing_address),
        )
    orders.update(
        email=None,
        note="",
        recipient_name="",
        recipient_email="",
        status_url="",
        tags=[],
        cancel_reason="",
        erased_at=now,
    )
    of_orders = Q(order_id__in=person.order_ids)
    numbers = Fulfillment.objects.filter(of_orders).exclude(tracking_number="")
    TrackingEvent.objects.filter(
        Q(fulfillment__order_id__in=person.order_ids)
        | Q(
            fulfillment=None,
            tracking_number__in=list(numbers.values_list("tracking_number", flat=True)),
        )
    ).delete()
    Fulfillment.objects.filter(of_orders).update(
        tracking_number="", tracking_url="", pickup_point={}
    )
    Refund.objects.filter(of_orders).update(reason="")
    ChangeRequest.objects.filter(of_orders).update(wanted={}, why="", reason="", problem="")
    PlatformCommand.objects.filter(of_orders).update(payload={}, answer={}, error="")
    PlatformCommand.objects.filter(of_orders, status__in=PlatformCommand.OPEN).update(
        status=PlatformCommand.Status.DEAD, settled_at=now
    )


def country_of(address: dict[str, object] | None) -> dict[str, object]:
    """All that tax law needs of where it went."""
    country = (address or {}).get("country")
    return {"country": country} if country else {}


def _notices(person: Person, now: datetime) -> None:
    """Blank raw bodies about their orders, and any other that holds an address or number of theirs."""
    found = InboundNotice.objects.filter(body_blanked_at__isnull=True)
    ids = set(found.filter(order_id__in=person.order_ids).values_list("pk", flat=True))
    phones = [phone for phone in person.phones if len(phone) >= SHORTEST]
    ids |= _holding(store_id=person.store_id, texts=[*person.emails, *phones])
    InboundNotice.objects.filter(pk__in=ids).update(body=b"", headers={}, body_blanked_at=now)
    InboundNotice.objects.filter(pk__in=ids).exclude(reason="").update(reason="Erased.")
    InboundNotice.objects.filter(pk__in=ids, status=InboundNotice.Status.WAITING).update(
        status=InboundNotice.Status.IGNORED, reason="Erased before it was read.", processed_at=now
    )


def _holding(*, store_id: int, texts: Sequence[str]) -> set[int]:
    """Numbers of kept bodies with one of these texts. Bodies are kept for thirty days at most."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for text in texts:
            for spelling in {text.encode(), _as_json(text)}:
                cursor.execute(HOLDING[connection.vendor], [store_id, spelling])
                found |= {row[0] for row in cursor.fetchall()}
    return found


def _as_json(text: str) -> bytes:
    return text.encode("ascii", "backslashreplace")
