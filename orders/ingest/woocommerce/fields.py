"""Pieces that several of WooCommerce's bodies share."""

from datetime import datetime
from html import unescape
from typing import Any

from orders.ingest.reading import country_code, moment, objects, text
from orders.ingest.snapshots import AddressSnapshot, Unreadable

SOURCE = "woocommerce"


def words(value: Any, *, limit: int = 300) -> str:
    """A text as people wrote it: WooCommerce sends names with HTML entities (``&ndash;``)."""
    return text(unescape(text(value, limit=limit * 4)), limit=limit)


def when(body: dict[str, Any], name: str) -> datetime | None:
    """``<name>_gmt`` is UTC without saying so; ``<name>`` is the shop's local time, a last resort."""
    return moment(body.get(f"{name}_gmt"), what=f"{name}_gmt") or moment(body.get(name), what=name)


def meta(body: dict[str, Any]) -> dict[str, Any]:
    """The meta data of plug-ins, by lower-case key; of a repeated key the last stands."""
    return {
        text(entry.get("key"), limit=120).lower(): entry.get("value")
        for entry in objects(body.get("meta_data"), what="meta_data")
    }


def address(value: Any) -> AddressSnapshot | None:
    """An address, or None where all of it is empty."""
    if not isinstance(value, dict):
        return None
    read = AddressSnapshot(
        name=f"{words(value.get('first_name'))} {words(value.get('last_name'))}".strip()[:200],
        company=words(value.get("company"), limit=200),
        street=words(value.get("address_1")),
        street2=words(value.get("address_2")),
        city=words(value.get("city"), limit=120),
        region=words(value.get("state"), limit=60),
        postcode=text(value.get("postcode"), limit=20),
        country=country_code(value.get("country")),
        phone=text(value.get("phone"), limit=40),
    )
    return read if read != AddressSnapshot() else None


def only_an_id(body: dict[str, Any], *, what: str) -> Any:
    """The id of a ``*.deleted`` body. Anything more is another topic's under a swapped header."""
    if set(body) != {"id"}:
        raise Unreadable(f"The body is no deletion of {what}: it holds more than an id.")
    return body["id"]
