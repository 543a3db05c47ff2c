"""Orders that changed in a shop since a moment, the oldest change first, as its webhooks would tell them.

Shopify: REST Admin API ``orders.json`` (its bodies are those of the webhooks; GraphQL has another shape).
WooCommerce: REST API v3 ``orders``. Written from their documentation and tried against a local fake only.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from core.outbound import Answer, call
from orders.connectors.connector import Access, unusual
from orders.connectors.shopify import VERSION

MOST_BYTES = 32 * 1024 * 1024
PAGE = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """One order as its shop tells it now."""

    external_id: str
    updated_at: datetime
    body: bytes


class NotTold(Exception):
    """The shop did not say; the message tells why, for the merchant."""


Ask = Callable[[Access, datetime], Sequence[Changed]]


def ask_shopify(access: Access, since: datetime) -> Sequence[Changed]:
    """At most `PAGE` orders. Raises `NotTold`, and what `call` raises."""
    base = access.address if "://" in access.address else f"https://{access.address}"
    wanted = urlencode(
        {
            "status": "any",
            "updated_at_min": since.astimezone(UTC).isoformat(timespec="seconds"),
            "order": "updated_at asc",
            "limit": PAGE,
        }
    )
    answer = call(
        method="GET",
        url=f"{base.rstrip('/')}/admin/api/{VERSION}/orders.json?{wanted}",
        headers={"X-Shopify-Access-Token": access.credentials["token"]},
        most_bytes=MOST_BYTES,
    )
    told = _read(answer, who="Shopify")
    rows = told.get("orders") if isinstance(told, Mapping) else None
    return _changed(rows, field="updated_at", who="Shopify")


def ask_woocommerce(access: Access, since: datetime) -> Sequence[Changed]:
    """At most `PAGE` orders. Raises `NotTold`, and what `call` raises."""
    pair = f"{access.credentials['key']}:{access.credentials['secret']}".encode()
    wanted = urlencode(
        {
            "modified_after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": PAGE,
        }
    )
    answer = call(
        method="GET",
        url=f"{access.address.rstrip('/')}/wp-json/wc/v3/orders?{wanted}",
        headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
        most_bytes=MOST_BYTES,
    )
    return _changed(_read(answer, who="WooCommerce"), field="date_modified_gmt", who="WooCommerce")


ASK: Mapping[str, Ask] = {"shopify": ask_shopify, "woocommerce": ask_woocommerce}
TOPIC: Mapping[str, str] = {"shopify": "orders/updated", "woocommerce": "order.updated"}


def _read(answer: Answer, *, who: str) -> Any:
    if not answer.is_well:
        raise NotTold(unusual(answer, who=who).words)
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise NotTold(f"{who} answered with something that is no JSON.") from error


def _changed(rows: Any, *, field: str, who: str) -> list[Changed]:
    if not isinstance(rows, list):
        raise NotTold(f"{who} answered with something that is no list of orders.")
    found = []
    for row in rows:
        try:
            at = datetime.fromisoformat(str(row[field]))
            number = str(row["id"])
        except (KeyError, TypeError, ValueError):
            continue  # no order as documented; its webhook, should there be one, says why
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        found.append(Changed(number, at.astimezone(UTC), json.dumps(row).encode()))
    return sorted(found, key=lambda one: (one.updated_at, one.external_id))
