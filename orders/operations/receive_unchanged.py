"""Keep a delivery in one statement, while its endpoint still is what this process remembers of it.

What a hook's sender is believed for (its address, its secrets, its store's clock) hardly ever
changes, and reading it anew cost more than keeping the delivery. The INSERT itself looks whether it
did: then nothing is kept, and the caller reads the endpoint.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from core.clock import real_now
from core.ids import new_public_id
from core.prepared import Prepared
from core.wake import wake_on_commit
from orders.ingest.source import Source, body_hash
from orders.operations.receive_notice import kept_headers
from orders.queries import OpenEndpoint

# What stands here as a value is what `unsaved_notice` leaves to the model; a test compares the rows.
KEEP = Prepared(
    text="""
        INSERT INTO orders_inboundnotice (
            store_id, endpoint_id, public_id, source, topic, dedup_key, body_hash, headers, body,
            origin, received_at, due_at, status, reason, token, claims, attempts, replays)
        SELECT e.store_id, e.id, {public_id}, e.source, {topic}, {dedup_key}, {body_hash},
            {headers}, {body}, 'live', {received_at}, {due_at}, 'waiting', '', '', 0, 0, 0
        FROM orders_webhookendpoint e JOIN stores_store s ON s.id = e.store_id
        WHERE e.id = {endpoint} AND e.is_active AND e.path_hash = {path_hash}
        AND e.secret_sealed = {secret} AND e.previous_secret_sealed = {previous}
        AND e.previous_secret_until IS NOT DISTINCT FROM {previous_until}
        AND s.clock_offset = {clock_offset}
        ON CONFLICT DO NOTHING
    """,
    types={
        "public_id": "uuid",
        "topic": "text",
        "dedup_key": "text",
        "body_hash": "text",
        "headers": "jsonb",
        "body": "bytea",
        "received_at": "timestamptz",
        "due_at": "timestamptz",
        "endpoint": "bigint",
        "path_hash": "text",
        "secret": "text",
        "previous": "text",
        "previous_until": "timestamptz",
        "clock_offset": "interval",
    },
)


def receive_unchanged(
    *,
    opened: OpenEndpoint,
    source: Source,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
) -> bool:
    """Commit the delivery to `opened` as it is remembered; whether it was kept.

    False when the endpoint or its store's clock has changed since, and when the delivery is known
    already: both are for `receive_notice` after a fresh look. PostgreSQL only. `now` is the store's
    time. Runs outside a transaction, so that it has committed when it returns.
    """
    endpoint = opened.endpoint
    topic = source.topic(body=body, headers=headers)
    sql, values = KEEP.call(
        public_id=str(new_public_id()),
        topic=topic,
        dedup_key=source.dedup_key(body=body, headers=headers, topic=topic),
        body_hash=body_hash(body),
        headers=json.dumps(kept_headers(source=source, headers=headers)),
        body=body,
        received_at=now,
        due_at=real_now(),
        endpoint=endpoint.pk,
        path_hash=endpoint.path_hash,
        secret=endpoint.secret_sealed,
        previous=endpoint.previous_secret_sealed,
        previous_until=endpoint.previous_secret_until,
        clock_offset=opened.clock_offset,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        kept = cursor.rowcount == 1
    if kept:
        wake_on_commit("notices")
    return kept
