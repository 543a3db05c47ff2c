"""Pieces that several of our own types share. Unknown fields are refused: a typing error in
``promissed_at`` must not silently promise nothing."""

from datetime import datetime
from typing import Any

from orders.ingest.reading import (
    as_object,
    country_code,
    email,
    identifier,
    needed_moment,
    text,
)
from orders.ingest.snapshots import AddressSnapshot, ConsentStatement, Unreadable

SOURCE = "generic"
ADDRESS = frozenset(
    ["name", "company", "street", "street2", "city", "region", "postcode", "country", "phone"]
)
CONSENT = frozenset(["email", "basis", "stated_at", "source", "wording", "customer_id"])
BASES = ("explicit", "soft_opt_in", "inquiry", "none")


def only(value: Any, allowed: frozenset[str], *, what: str) -> dict[str, Any]:
    """`value` as an object with no field outside `allowed`."""
    body = as_object(value, what=f"The {what}")
    if unknown := sorted(set(body) - allowed):
        names = ", ".join(f"“{' '.join(text(name, limit=40).split())}”" for name in unknown[:5])
        raise Unreadable(f"The {what} has fields that the schema does not know: {names}.")
    return body


def one_of(value: Any, allowed: tuple[str, ...], *, what: str) -> str:
    """One of the words that the schema lists."""
    if value not in allowed:
        raise Unreadable(
            f"The {what} is {text(value, limit=40)!r}; it must be one of {', '.join(allowed)}."
        )
    return str(value)


def flag(value: Any, *, what: str, default: bool = False) -> bool:
    """True or false; null and absence are `default`."""
    if value is None:
        return default
    if not isinstance(value, bool):
        raise Unreadable(f"{what} must be true or false.")
    return value


def address(value: Any, *, what: str = "address") -> AddressSnapshot | None:
    """An address, or None where there is none."""
    if value is None:
        return None
    body = only(value, ADDRESS, what=what)
    return AddressSnapshot(
        name=text(body.get("name"), limit=200),
        company=text(body.get("company"), limit=200),
        street=text(body.get("street")),
        street2=text(body.get("street2")),
        city=text(body.get("city"), limit=120),
        region=text(body.get("region"), limit=60),
        postcode=text(body.get("postcode"), limit=20),
        country=country_code(body.get("country")),
        phone=text(body.get("phone"), limit=40),
    )


def consent(value: Any, *, fallback_email: str = "", fallback_id: str = "") -> ConsentStatement:
    """What a person said about marketing mail, with the words they were asked in."""
    body = only(value, CONSENT, what="consent")
    written = email(body.get("email")) or fallback_email
    person = text(body.get("customer_id"), limit=120) or fallback_id
    if not written and not person:
        raise Unreadable("The consent names nobody: give an email or a customer_id.")
    return ConsentStatement(
        email=written,
        basis=one_of(body.get("basis"), BASES, what="consent's basis"),
        stated_at=time_of(body, "stated_at", what="consent"),
        source=text(body.get("source"), limit=60) or SOURCE,
        wording=text(body.get("wording"), limit=2000),
        customer_external_id=person,
    )


def time_of(body: dict[str, Any], name: str, *, what: str) -> datetime:
    """A time that the schema requires."""
    return needed_moment(body.get(name), what=f"The {what}'s {name}")


def id_of(body: dict[str, Any], name: str = "id", *, what: str) -> str:
    """An id that the schema requires."""
    return identifier(body.get(name), what=f"The {what}'s {name}")
