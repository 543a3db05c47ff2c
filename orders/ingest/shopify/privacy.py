"""Shopify's three privacy topics. Which shop they mean is checked against the endpoint afterwards."""

from datetime import datetime
from typing import Any

from orders.ingest.reading import email, identifier, maybe_identifier, maybe_object, require, text
from orders.ingest.shopify.fields import SOURCE
from orders.ingest.snapshots import News, PrivacyDemand, Unreadable


def read_data_request(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """customers/data_request: a customer asks what is known of them."""
    require(body, "shop_domain", "customer", "data_request", what="Shopify data request")
    asked = identifier(maybe_object(body["data_request"]).get("id"), what="data_request.id")
    return [_of_customer(body, kind="export_customer", key=f"data_request:{asked}")]


def read_customer_redact(
    *, body: dict[str, Any], received_at: datetime, currency: str
) -> list[News]:
    """customers/redact: a customer is to be erased."""
    require(body, "shop_domain", "customer", "orders_to_redact", what="Shopify customer redaction")
    person = maybe_object(body["customer"])
    who = maybe_identifier(person.get("id")) or email(person.get("email"))
    if not who:
        raise Unreadable("The redaction names no customer.")
    return [_of_customer(body, kind="erase_customer", key=f"redact:{who}:{received_at:%Y-%m-%d}")]


def read_shop_redact(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """shop/redact: two days after the app was removed, all of the shop is to be erased."""
    if set(body) != {"shop_id", "shop_domain"}:
        raise Unreadable("The body is no Shopify shop redaction: it holds more than the shop.")
    shop = identifier(body["shop_id"], what="shop_id")
    key = f"shop_redact:{shop}:{received_at:%Y-%m-%d}"
    return [PrivacyDemand(source=SOURCE, kind="erase_store", key=key, detail=_shop(body))]


def _of_customer(body: dict[str, Any], *, kind: str, key: str) -> PrivacyDemand:
    person = maybe_object(body["customer"])
    orders = body.get("orders_requested") or body.get("orders_to_redact") or []
    return PrivacyDemand(
        source=SOURCE,
        kind=kind,
        key=key[:190],
        email=email(person.get("email")),
        customer_external_id=maybe_identifier(person.get("id")),
        detail={
            **_shop(body),
            "orders": [maybe_identifier(one) for one in orders] if isinstance(orders, list) else [],
        },
    )


def _shop(body: dict[str, Any]) -> dict[str, str]:
    return {
        "shop_domain": text(body["shop_domain"], limit=200).lower(),
        "shop_id": maybe_identifier(body.get("shop_id")),
    }
