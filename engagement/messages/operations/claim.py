"""CLAIM: take due rows of one store for one worker, for the length of a lease."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from engagement.messages.models import Lane, Outbox

# Materialised, because a plan that repeats the inner query would claim more than its LIMIT.
ON_POSTGRES = """
    WITH due AS MATERIALIZED (
        SELECT message_id FROM engagement_messages_outbox
        WHERE state = 10 AND store_id = %s AND lane = %s AND due_at <= %s
        ORDER BY due_at, message_id LIMIT %s FOR UPDATE SKIP LOCKED)
    UPDATE engagement_messages_outbox o
    SET state = 20, token = %s, lease_until = %s, claims = claims + 1
    FROM due WHERE o.message_id = due.message_id
    RETURNING o.message_id
"""
# One writer at a time: the statement itself is the lock.
ON_SQLITE = """
    UPDATE engagement_messages_outbox AS o
    SET state = 20, token = %s, lease_until = %s, claims = claims + 1
    WHERE state = 10 AND message_id IN (
        SELECT message_id FROM engagement_messages_outbox
        WHERE state = 10 AND store_id = %s AND lane = %s AND due_at <= %s
        ORDER BY due_at, message_id LIMIT %s)
    RETURNING message_id
"""


def claim(
    *,
    store_id: int,
    lane: Lane,
    limit: int,
    token: str,
    store_now: datetime,
    lease_until: datetime,
) -> list[Outbox]:
    """Claim up to `limit` due rows, oldest first, each with its message loaded.

    Must be called inside the store's scope. Due is told by the store's clock (`store_now`), the
    lease by the machine's. Two statements.
    """
    moment, lease = _stored(store_now), _stored(lease_until)
    due: Sequence[Any] = [store_id, int(lane), moment, limit]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(ON_POSTGRES, [*due, token, lease])
        else:
            cursor.execute(ON_SQLITE, [token, lease, *due])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return []
    return list(
        Outbox.objects.filter(pk__in=ids, token=token, state=Outbox.State.CLAIMED)
        .select_related("message")
        .order_by("due_at", "pk")
    )


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
