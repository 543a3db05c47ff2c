"""Pieces that several of Shopify's bodies share."""

from typing import Any

from core.money import NOTHING, Amount
from orders.ingest.reading import country_code, first_text, identifier, maybe_object, money, text
from orders.ingest.snapshots import AddressSnapshot, Unreadable

SOURCE = "shopify"


def unwrapped(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The inner object of a REST-shaped ``{"order": {…}}``; webhooks come without the wrapper."""
    inner = body.get(key)
    return inner if len(body) == 1 and isinstance(inner, dict) else body


def check_kind(body: dict[str, Any], kind: str) -> None:
    """The body's own (signed) global id must be of `kind`; older API versions have none."""
    gid = body.get("admin_graphql_api_id")
    if gid is not None and not str(gid).startswith(f"gid://shopify/{kind}/"):
        raise Unreadable(f"The body is of another kind than its topic says: {text(gid, limit=80)}.")


def id_of_gid(value: Any, *, kind: str, what: str) -> str:
    """The number at the end of ``gid://shopify/Customer/123``."""
    prefix = f"gid://shopify/{kind}/"
    gid = text(value)
    if not gid.startswith(prefix):
        raise Unreadable(f"{what} is no {prefix}… id.")
    return identifier(gid.removeprefix(prefix), what=what)


def shop_money(body: dict[str, Any], name: str, *, currency: str) -> Amount:
    """``<name>_set.shop_money`` where the API version has it, else ``<name>`` itself."""
    inner = maybe_object(maybe_object(body.get(f"{name}_set")).get("shop_money"))
    value = inner.get("amount", body.get(name))
    return money(value, currency=currency, what=name) if value is not None else NOTHING


def shop_currency(*holders: Any) -> str:
    """The first shop currency named by the ``…_set`` objects in `holders`, or empty."""
    for holder in holders:
        for value in maybe_object(holder).values():
            code = maybe_object(maybe_object(value).get("shop_money")).get("currency_code")
            if isinstance(code, str) and code:
                return code.upper()
    return ""


def address(value: Any) -> AddressSnapshot | None:
    """An address, or None where there is none."""
    if not isinstance(value, dict):
        return None
    names = f"{text(value.get('first_name'))} {text(value.get('last_name'))}"
    return AddressSnapshot(
        name=first_text([value.get("name"), names], limit=200),
        company=text(value.get("company"), limit=200),
        street=text(value.get("address1")),
        street2=text(value.get("address2")),
        city=text(value.get("city"), limit=120),
        region=first_text([value.get("province_code"), value.get("province")], limit=60),
        postcode=text(value.get("zip"), limit=20),
        country=country_code(value.get("country_code") or value.get("country")),
        phone=text(value.get("phone"), limit=40),
    )
