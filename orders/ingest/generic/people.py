"""Our own types ``customer`` and ``consent``."""

from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from orders.ingest.generic.fields import SOURCE, address, consent, flag, id_of, only
from orders.ingest.reading import (
    as_object,
    country_code,
    day,
    email,
    moment,
    text,
    whole,
)
from orders.ingest.snapshots import CustomerSnapshot, CustomerUpdate, News, Unreadable

PERSON = frozenset(
    [
        "id",
        "email",
        "first_name",
        "last_name",
        "phone",
        "locale",
        "country",
        "region",
        "time_zone",
        "birthday",
        "account_created_on",
        "updated_at",
        "address",
    ]
)
CUSTOMER = PERSON | {"consent", "deleted"}
BIRTHDAY = frozenset(["month", "day", "year", "verified"])


def read_customer(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """A person, told apart from any order."""
    body = only(data, CUSTOMER, what="customer")
    inner = {key: value for key, value in body.items() if key in PERSON}
    person = customer(inner)
    if not person.external_id and not person.email:
        raise Unreadable("The customer names nobody: give an id or an email.")
    deleted = flag(body.get("deleted"), what="deleted")
    if deleted:
        id_of(body, what="deleted customer")
    said = body.get("consent")
    return [
        CustomerUpdate(
            source=SOURCE,
            customer=person,
            consent=(
                consent(said, fallback_email=person.email, fallback_id=person.external_id)
                if said is not None
                else None
            ),
            deleted=deleted,
        )
    ]


def read_consent(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """What a person said about marketing mail."""
    return [consent(data)]


def customer(value: Any) -> CustomerSnapshot:
    """A person, on their own or inside an order."""
    body = only(value, PERSON, what="customer")
    home = address(body.get("address"), what="customer's address")
    birthday, verified = _birthday(body.get("birthday"))
    return CustomerSnapshot(
        external_id=text(body.get("id"), limit=120),
        email=email(body.get("email")),
        first_name=text(body.get("first_name"), limit=120),
        last_name=text(body.get("last_name"), limit=120),
        phone=text(body.get("phone"), limit=40),
        locale=text(body.get("locale"), limit=16),
        country=country_code(body.get("country")) or (home.country if home else ""),
        region=text(body.get("region"), limit=16) or (home.region[:16] if home else ""),
        time_zone=_zone(body.get("time_zone")),
        birthday=birthday,
        birthday_verified=verified,
        account_created_on=day(body.get("account_created_on"), what="account_created_on"),
        updated_at=moment(body.get("updated_at"), what="The customer's updated_at"),
        address=home,
    )


def _birthday(value: Any) -> tuple[tuple[int, int, int | None] | None, bool]:
    """Month and day, with the year where it is known; 29 February is a day like any other."""
    if value is None:
        return None, False
    body = only(as_object(value, what="The birthday"), BIRTHDAY, what="birthday")
    month = whole(body.get("month"), what="The birthday's month", least=1, most=12)
    of_month = whole(body.get("day"), what="The birthday's day", least=1, most=31)
    year = whole(body.get("year"), what="The birthday's year", least=1900, most=2200)
    if month is None or of_month is None:
        raise Unreadable("A birthday has a month and a day.")
    try:
        date(year or 2000, month, of_month)
    except ValueError as error:
        raise Unreadable("The birthday is no day of the calendar.") from error
    return (month, of_month, year), flag(body.get("verified"), what="The birthday's verified")


def _zone(value: Any) -> str:
    name = text(value, limit=64)
    if name and name not in available_timezones():
        raise Unreadable(f"“{name}” is no time zone; write it like Europe/Prague.")
    return name
