"""RECORD: note that the provider took it. Fenced, so that a late worker settles its own rows only."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.prepared import Prepared
from engagement.messages.models import Message
from engagement.messages.operations.write_each import MESSAGES, write_each

# A worker that was thought dead may still settle what it handed over: 30, or 35 if the reaper came.
STILL_OURS = "state IN (30, 35) AND token = %s"
SETTLE = """
    DELETE FROM engagement_messages_outbox WHERE message_id IN ({places}) AND {ours}
    RETURNING message_id
"""
ON_POSTGRES = Prepared(
    text="""
        WITH told (message_id, provider_id) AS (SELECT * FROM unnest({ids}, {provider_ids})),
        gone AS (
            DELETE FROM engagement_messages_outbox o USING told
            WHERE o.message_id = told.message_id AND o.state IN (30, 35) AND o.token = {token}
            RETURNING o.message_id)
        UPDATE engagement_messages_message m
        SET status = 'sent', ended_at = {now}, reason = '', reason_detail = '',
            provider_message_id = told.provider_id
        FROM told JOIN gone USING (message_id)
        WHERE m.id = told.message_id
        RETURNING m.id
    """,
    types={"ids": "bigint[]", "provider_ids": "text[]", "token": "text", "now": "timestamptz"},
)


def record(*, accepted: Mapping[int, str], token: str, now: datetime) -> list[int]:
    """Message id → the provider's own id, for what was just accepted; the ids recorded as sent.

    Must be called inside the store's scope. `now` is the store's time. An id that is missing from
    the answer was settled by somebody else; telling it twice changes nothing.
    """
    if not accepted:
        return []
    if connection.vendor == "postgresql":
        sql, values = record_call(accepted=accepted, token=token, now=now)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return sorted(row[0] for row in cursor.fetchall())
    ids = sorted(accepted)
    with transaction.atomic():
        places = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(SETTLE.format(places=places, ours=STILL_OURS), [*ids, token])
            ours = [row[0] for row in cursor.fetchall()]
        write_each(
            **MESSAGES,
            changes="status = %s, ended_at = %s, reason = '', reason_detail = '', "
            "provider_message_id = told.column2",
            always=[Message.Status.SENT, connection.ops.adapt_datetimefield_value(now)],
            each={pk: (accepted[pk][:200],) for pk in ours},
        )
    return ours


def record_call(*, accepted: Mapping[int, str], token: str, now: datetime) -> tuple[str, list[Any]]:
    """`record` as a statement and its parameters, to stand beside others (PostgreSQL)."""
    ids = sorted(accepted)
    return ON_POSTGRES.call(
        ids=ids, provider_ids=[accepted[pk][:200] for pk in ids], token=token, now=now
    )
