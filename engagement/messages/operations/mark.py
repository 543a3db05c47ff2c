"""MARK: the moment after which nobody cancels. Whoever commits first, this or a ban, wins.

It locks the customers, asks once more what may have changed since the mails were judged, counts the
frequency cap, and only then turns claimed rows into rows being handed over. Every operation that
forbids a mail takes the same customer lock or deletes the outbox row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core.stores.models import Store
from engagement.messages.models import Message, Outbox, ProviderAccount, Reason
from engagement.messages.operations.write_each import MESSAGES, write_each
from engagement.messages.rules import Skip, Wait, send_rules
from orders.models import Customer

# The fence: still claimed, and still by us. Without it a worker that slept through its lease would
# hand over again what another worker has taken since.
STILL_OURS = "state = 20 AND token = %s"

IN_THE_AIR_OR_SENT = Message.IN_THE_AIR_OR_SENT


@dataclass(frozen=True, slots=True)
class Marked:
    """What MARK decided. Rows in neither were taken from us in the meantime."""

    may_go: frozenset[int]
    stopped: Mapping[int, Skip | Wait]


def mark(
    *,
    store: Store,
    account: ProviderAccount,
    rows: Sequence[Outbox],
    addresses: Mapping[int, tuple[str, str]],
    gives: Mapping[int, Any],
    token: str,
    now: datetime,
    machine_now: datetime,
    lease_until: datetime,
) -> Marked:
    """Mark these claimed rows as being handed over, except those that must not go after all.

    Inside the store's scope; one transaction of its own. `addresses` maps a message id to (e-mail,
    language), `gives` to what its mail hands over (`Go.gives`). `now` is the store's time,
    `machine_now` and `lease_until` are the machine's.
    """
    messages = [row.message for row in rows]
    with transaction.atomic():
        _lock_customers(messages)
        stopped: dict[int, Skip | Wait] = dict(send_rules().forbidden(messages=messages, now=now))
        if gives:
            stopped |= {**send_rules().withheld(gives=gives, now=now), **stopped}
        rest = [message for message in messages if message.pk not in stopped]
        stopped |= _over_the_cap(messages=rest, store=store, now=now)
        going = sorted(message.pk for message in rest if message.pk not in stopped)
        taken = _take(
            ids=going,
            store=store,
            account=account,
            token=token,
            machine_now=machine_now,
            lease_until=lease_until,
        )
        write_each(
            **MESSAGES,
            changes="status = %s, account_id = %s, handed_at = %s, "
            "sent_to = told.column2, language = told.column3",
            always=[
                Message.Status.HANDING,
                account.pk,
                connection.ops.adapt_datetimefield_value(now),
            ],
            each={pk: addresses[pk] for pk in taken},
        )
        if handed_out := {pk: gives[pk] for pk in taken if pk in gives}:
            send_rules().hand_out(gives=handed_out, now=now)
    return Marked(may_go=frozenset(taken), stopped=stopped)


def _lock_customers(messages: Sequence[Message]) -> None:
    """In id order, so that two workers cannot lock each other out. Not against new child rows."""
    ids = {message.customer_id for message in messages if message.customer_id is not None}
    list(
        Customer.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )


# Locked in id order first, as `end_messages` does, so that the two cannot lock each other out.
ON_POSTGRES = """
    WITH ours AS MATERIALIZED (
        SELECT message_id FROM engagement_messages_outbox
        WHERE message_id IN ({places}) AND {ours} ORDER BY message_id FOR UPDATE)
    UPDATE engagement_messages_outbox o
    SET state = 30, attempts = attempts + 1, claims = 0, token = %s, lease_until = %s
    FROM ours WHERE o.message_id = ours.message_id AND {not_held}
    RETURNING o.message_id
"""
ON_SQLITE = """
    UPDATE engagement_messages_outbox
    SET state = 30, attempts = attempts + 1, claims = 0, token = %s, lease_until = %s
    WHERE message_id IN ({places}) AND {ours} AND {not_held}
    RETURNING message_id
"""
NOT_HELD = """
    NOT EXISTS (SELECT 1 FROM stores_store WHERE id = %s AND sending_held)
    AND NOT EXISTS (SELECT 1 FROM engagement_messages_provideraccount
                    WHERE id = %s AND paused_until > %s)
"""


def _take(
    *,
    ids: Sequence[int],
    store: Store,
    account: ProviderAccount,
    token: str,
    machine_now: datetime,
    lease_until: datetime,
) -> list[int]:
    """Rows 20 → 30, unless the store is held or its account paused; the ids that moved."""
    if not ids:
        return []
    postgres = connection.vendor == "postgresql"
    statement = (ON_POSTGRES if postgres else ON_SQLITE).format(
        places=", ".join(["%s"] * len(ids)), ours=STILL_OURS, not_held=NOT_HELD
    )
    stored = connection.ops.adapt_datetimefield_value
    ours: list[Any] = [*ids, token]
    changes: list[Any] = [token, stored(lease_until)]
    held: list[Any] = [store.pk, account.pk, stored(machine_now)]
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [*ours, *changes, *held] if postgres else [*changes, *ours, *held]
        )
        return sorted(row[0] for row in cursor.fetchall())


def _over_the_cap(
    *, messages: Sequence[Message], store: Store, now: datetime
) -> dict[int, Skip | Wait]:
    """Marketing beyond the store's cap, counted under the customer lock; rivals of a batch too."""
    rivals = [message for message in messages if message.is_marketing and message.customer_id]
    if not rivals:
        return {}
    if not store.marketing_cap:
        return {message.pk: Skip(Reason.CAPPED, "The store's cap is 0.") for message in rivals}
    window = timedelta(hours=store.marketing_cap_hours)
    got: dict[int | None, list[Any]] = {}
    for customer_id, handed_at in (
        Message.objects.filter(
            customer_id__in={message.customer_id for message in rivals},
            handed_at__gt=now - window,
            status__in=IN_THE_AIR_OR_SENT,
            message_class=Message.Class.MARKETING,
        )
        .order_by("handed_at")
        .values_list("customer_id", "handed_at")
    ):
        got.setdefault(customer_id, []).append(handed_at)
    over: dict[int, Skip | Wait] = {}
    for message in rivals:
        times = got.setdefault(message.customer_id, [])
        if len(times) < store.marketing_cap:
            times.append(now)
        else:
            free_again = times[len(times) - store.marketing_cap] + window
            over[message.pk] = Wait(until=free_again, why=Reason.CAPPED)
    return over
