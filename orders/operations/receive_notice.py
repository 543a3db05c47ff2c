"""Keep one delivery as it came. The single write between a platform's POST and our 200."""

from collections.abc import Mapping
from datetime import datetime

from core.clock import real_now
from core.events.event import Origin
from core.wake import wake_on_commit
from orders.ingest.reading import text
from orders.ingest.source import Source, body_hash
from orders.models import InboundNotice, WebhookEndpoint

HEADER_LIMIT = 300


def receive_notice(
    *,
    endpoint: WebhookEndpoint,
    source: Source,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
) -> None:
    """Commit the delivery for later work; a repeat (same de-duplication key) changes nothing.

    `now` is the store's time. Runs in the scope of the endpoint's store, outside a transaction, so
    that it has committed when it returns.
    """
    topic = source.topic(body=body, headers=headers)
    keep_notices(
        [
            unsaved_notice(
                store_id=endpoint.store_id,
                endpoint=endpoint,
                source=source.name,
                topic=topic,
                dedup_key=source.dedup_key(body=body, headers=headers, topic=topic),
                body=body,
                headers=kept_headers(source=source, headers=headers),
                now=now,
            )
        ]
    )


def kept_headers(*, source: Source, headers: Mapping[str, str]) -> dict[str, str]:
    """Those of a delivery's headers that its source's reading needs, bounded."""
    return {
        name: text(headers[name], limit=HEADER_LIMIT)
        for name in source.kept_headers
        if name in headers
    }


def unsaved_notice(
    *,
    store_id: int,
    endpoint: WebhookEndpoint | None,
    source: str,
    topic: str,
    dedup_key: str,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
    origin: Origin = "live",
) -> InboundNotice:
    """The row of one delivery, not written yet."""
    return InboundNotice(
        store_id=store_id,
        endpoint=endpoint,
        source=source,
        topic=topic,
        dedup_key=dedup_key,
        body_hash=body_hash(body),
        headers=dict(headers),
        body=body,
        origin=origin,
        received_at=now,
        due_at=real_now(),
    )


def keep_notices(notices: list[InboundNotice]) -> None:
    """Insert them, one statement for each 500; the database leaves out those whose key is known."""
    InboundNotice.objects.insert_new(notices, key=("source", "dedup_key"))
    wake_on_commit("notices")
