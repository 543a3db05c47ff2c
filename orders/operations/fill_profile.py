"""What is known of a person, brought up to date field by field."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from core.stores.models import Store
from orders.ingest.snapshots import AddressSnapshot, CustomerSnapshot
from orders.models import Customer
from orders.operations.fit_row import fit
from orders.zones import zone_for

COLUMNS = tuple(
    column.attname
    for column in Customer._meta.concrete_fields  # type: ignore[attr-defined]
    if not column.primary_key
)
_read = attrgetter(*COLUMNS)


def bring_up_to_date(
    *,
    customer: Customer,
    person: CustomerSnapshot,
    home: AddressSnapshot | None,
    locale: str,
    store: Store,
    as_of: datetime | None,
    now: datetime,
) -> list[str]:
    """Newer news overwrites what it knows and never blanks; older news only fills what is blank.

    Between two statements of one moment the greater text wins, so that arrival decides nothing.
    Undated news (`as_of` None) overwrites nothing that dated news has told.
    Does not save; returns the names of the columns that changed.
    """
    told = _told(person=person, home=home, locale=locale)
    known_at = customer.source_updated_at
    newer = known_at is None or (as_of is not None and as_of > known_at)
    before = _read(customer)

    def overwrites(value: object, have: object) -> bool:
        if newer or have in ("", None):
            return True
        return as_of is not None and as_of == known_at and str(value) > str(have)

    _keep_place_whole(customer=customer, told=told, overwrites=overwrites)
    for name, value in told.items():
        if value not in ("", None) and overwrites(value, getattr(customer, name)):
            setattr(customer, name, value)
    _birthday(customer=customer, person=person, newer=newer, now=now)
    _zone(customer=customer, own=person.time_zone, newer=newer, store=store)
    if newer and as_of is not None:
        customer.source_updated_at = as_of
    fit(customer)
    if (after := _read(customer)) == before:
        return []
    return [name for name, was, value in zip(COLUMNS, before, after, strict=True) if value != was]


def _told(
    *, person: CustomerSnapshot, home: AddressSnapshot | None, locale: str
) -> dict[str, object]:
    first, last = person.first_name, person.last_name
    if home is not None and not first and not last and home.name:
        first, _, last = home.name.partition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "phone": person.phone or (home.phone if home else ""),
        "locale": person.locale or locale,
        "country": (person.country or (home.country if home else "")).upper()[:2],
        "region": (person.region if person.country else (home.region if home else "")),
        "account_created_on": person.account_created_on,
    }


def _keep_place_whole(
    *, customer: Customer, told: dict[str, object], overwrites: Callable[[object, object], bool]
) -> None:
    """Country and region move together: a region of the old country says nothing in the new one."""
    if not told["country"]:
        told["region"] = ""
    elif told["country"] != customer.country:
        if overwrites(told["country"], customer.country):
            customer.region = ""
        else:
            told["region"] = ""


def _birthday(*, customer: Customer, person: CustomerSnapshot, newer: bool, now: datetime) -> None:
    if person.birthday is None:
        return
    month, day, year = person.birthday
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    known = customer.birthday_month is not None
    if known and (not newer or (customer.birthday_verified and not person.birthday_verified)):
        return
    if not known:
        customer.birthday_entered_at = now
    customer.birthday_month, customer.birthday_day = month, day
    customer.birthday_year = year or customer.birthday_year
    customer.birthday_verified = customer.birthday_verified or person.birthday_verified


def _zone(*, customer: Customer, own: str, newer: bool, store: Store) -> None:
    kept = customer.time_zone if customer.time_zone_source == Customer.ZoneSource.OWN else ""
    customer.time_zone, customer.time_zone_source = zone_for(
        own=(own or kept) if newer else (kept or own),
        country=customer.country,
        region=customer.region,
        store_zone=store.time_zone,
    )
