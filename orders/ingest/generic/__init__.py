"""Our own JSON, for shops and tools without a source of their own: ``{"type": …, "data": {…}}``.

Signed by Standard Webhooks at the hook; the same items come through `POST /api/v1/events` and in
JSONL files. `docs/generic-schema.md` explains it; `schema.json` beside this file is its JSON Schema.
"""

import base64
import secrets as random_source
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from orders.ingest.generic import orders, parcels, people, products
from orders.ingest.generic.fields import only
from orders.ingest.reading import read_json, text
from orders.ingest.signatures import STANDARD_PREFIX, signed_standard, standard_key
from orders.ingest.snapshots import News, Unreadable
from orders.ingest.source import Headers, Source, body_hash, key_of

Reader = Callable[..., list[News]]

READERS: Mapping[str, Reader] = {
    "order": orders.read_order,
    "order.deleted": orders.read_deletion,
    "fulfillment": parcels.read_fulfillment,
    "tracking": parcels.read_tracking,
    "refund": parcels.read_refund,
    "product": products.read_product,
    "customer": people.read_customer,
    "consent": people.read_consent,
    "document": orders.read_document,
}
ITEM = frozenset({"id", "type", "timestamp", "data"})


def read_item(*, item: Any, received_at: datetime, currency: str) -> list[News]:
    """One item of our schema, already out of JSON. `currency` is the store's. Raises `Unreadable`."""
    body = only(item, ITEM, what="item")
    kind = body.get("type")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise Unreadable(
            f"The item's type is {text(kind, limit=40)!r}; it must be one of {', '.join(READERS)}."
        )
    return reader(data=body.get("data"), received_at=received_at, currency=currency)


class Generic(Source):
    name = "generic"
    label = "Generic JSON"
    signs_its_time = True
    kept_headers = ("webhook-id", "webhook-timestamp")

    def new_secret(self) -> str:
        return STANDARD_PREFIX + base64.b64encode(random_source.token_bytes(32)).decode()

    def check_secret(self, secret: str) -> str:
        standard_key(secret)
        return secret

    def clicks(self, *, url: str, secret: str) -> str:
        return (
            "Post items of docs/generic-schema.md, one a request, signed by Standard Webhooks\n"
            "(webhook-id, webhook-timestamp, webhook-signature: v1).\n"
            f"  URL: {url}\n"
            f"  Secret: {secret}\n"
            "Any Standard Webhooks library signs with that secret. For batches use "
            "POST /api/v1/events with a token\nfrom “manage.py api_token”."
        )

    def is_genuine(
        self, *, body: bytes, headers: Headers, secrets: Sequence[str], now: datetime
    ) -> bool:
        return signed_standard(
            body=body,
            message_id=headers.get("webhook-id", ""),
            timestamp=headers.get("webhook-timestamp", ""),
            signatures=headers.get("webhook-signature", ""),
            secrets=secrets,
            now=now,
        )

    def topic(self, *, body: bytes, headers: Headers) -> str:
        return "item"

    def dedup_key(self, *, body: bytes, headers: Headers, topic: str) -> str:
        """The id is signed here, so it alone tells a repeat."""
        return key_of("id", headers.get("webhook-id", "") or body_hash(body))

    def parse(
        self,
        *,
        topic: str,
        body: bytes,
        headers: Headers,
        received_at: datetime,
        currency: str = "",
    ) -> list[News]:
        return read_item(item=read_json(body), received_at=received_at, currency=currency)
