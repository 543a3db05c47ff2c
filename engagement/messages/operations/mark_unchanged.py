"""MARK for mails about which nothing was written since they were judged: one round trip (PostgreSQL).

Before a batch is judged, `grounds_of` notes which versions of which rows its rulings will rest on.
`mark_unchanged` compares them once more under the customer lock, in the statement that marks. What
differs in anything is not marked here; `mark` then asks the rules about it as if for the first time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial

from django.db import connection

from core.prepared import Prepared
from core.stores.models import Store
from engagement.messages.models import Message, Outbox, ProviderAccount
from engagement.messages.operations.mark import IN_THE_AIR_OR_SENT
from engagement.messages.operations.record import record_call
from engagement.messages.rules import send_rules
from engagement.preferences.addresses import address_hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mail that may be marked: the grounds of its ruling, the address and language it is for."""

    row: Outbox
    grounds: str
    address: str
    language: str


GROUNDS = """
    SELECT m.id, {grounds} FROM engagement_messages_message m WHERE m.id = ANY({{ids}})
"""


def grounds_of(messages: Sequence[Message]) -> dict[int, str]:
    """What the rulings on these messages will rest on, by message id. Ask before judging.

    One statement a message class. Empty where the database or the rules cannot tell.
    """
    found: dict[int, str] = {}
    if connection.vendor != "postgresql":
        return found
    for marketing in (False, True):
        ids = [message.pk for message in messages if message.is_marketing is marketing]
        grounds = send_rules().grounds(marketing=marketing) if ids else None
        if grounds is not None:
            sql, values = _grounds_statement(grounds).call(ids=ids)
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                found |= dict(cursor.fetchall())
    return found


@lru_cache(maxsize=8)
def _grounds_statement(grounds: str) -> Prepared:
    return Prepared(text=GROUNDS.format(grounds=grounds), types={"ids": "bigint[]"})


# The lock and the mark are statements of one round trip and, outside of any other, of one
# transaction: the mark's snapshot is taken with the lock held, so that it sees whatever an opt-out
# that held it before has written.
LOCK = Prepared(
    text="SELECT id FROM orders_customer WHERE id = ANY({ids}) ORDER BY id FOR NO KEY UPDATE",
    types={"ids": "bigint[]"},
)
# Rows are locked in id order, as `end_messages` does, so that the two cannot lock each other out;
# materialised, so that the grounds are looked at for these rows and no others.
MARK = """
    WITH ours AS MATERIALIZED (
        SELECT o.message_id FROM engagement_messages_outbox o
        WHERE o.message_id = ANY({{ids}}) AND o.state = 20 AND o.token = {{token}}
        AND (o.expires_at IS NULL OR o.expires_at > {{now}})
        ORDER BY o.message_id FOR UPDATE),
    told (message_id, grounds, sent_to, language, hashes) AS (
        SELECT * FROM unnest({{ids}}, {{grounds}}, {{addresses}}, {{languages}}, {{hashes}})),
    going AS MATERIALIZED (
        SELECT message_id, told.sent_to, told.language
        FROM ours JOIN told USING (message_id)
        JOIN engagement_messages_message m ON m.id = message_id
        WHERE {grounds} = told.grounds
        AND NOT EXISTS (
            SELECT 1 FROM preferences_suppression p
            WHERE p.store_id = {{store}} AND p.address_hash = ANY(string_to_array(told.hashes, ','))
            AND p.lifted_at IS NULL AND p.reach = ANY({{reaches}}))
        AND ({{cap}} IS NULL OR {{cap}} > (
            SELECT count(*) FROM engagement_messages_message x
            WHERE x.customer_id = m.customer_id AND x.handed_at > {{capped_since}}
            AND x.status = ANY({{counted}}) AND x.message_class = 'marketing'))
        AND NOT EXISTS (SELECT 1 FROM stores_store WHERE id = {{store}} AND sending_held)
        AND NOT EXISTS (SELECT 1 FROM engagement_messages_provideraccount
                        WHERE id = {{account}} AND paused_until > {{machine_now}})),
    taken AS (
        UPDATE engagement_messages_outbox o
        SET state = 30, attempts = attempts + 1, claims = 0, lease_until = {{lease_until}}
        FROM going WHERE o.message_id = going.message_id
        RETURNING o.message_id)
    UPDATE engagement_messages_message m
    SET status = 'handing', account_id = {{account}}, handed_at = {{now}},
        sent_to = going.sent_to, language = going.language
    FROM going JOIN taken USING (message_id)
    WHERE m.id = going.message_id
    RETURNING m.id
"""
TYPES = {
    "ids": "bigint[]",
    "grounds": "text[]",
    "addresses": "text[]",
    "languages": "text[]",
    "hashes": "text[]",
    "token": "text",
    "now": "timestamptz",
    "reaches": "text[]",
    "cap": "bigint",
    "capped_since": "timestamptz",
    "counted": "text[]",
    "store": "bigint",
    "account": "bigint",
    "machine_now": "timestamptz",
    "lease_until": "timestamptz",
}


@lru_cache(maxsize=8)
def _mark_statement(grounds: str) -> Prepared:
    return Prepared(text=MARK.format(grounds=grounds), types=TYPES)


def _here(deed: Callable[[], object]) -> object:
    return deed()


def mark_unchanged(
    *,
    store: Store,
    account: ProviderAccount,
    mails: Sequence[Written],
    accepted: dict[int, str],
    token: str,
    now: datetime,
    machine_now: datetime,
    lease_until: datetime,
    wait: Callable[[Callable[[], object]], object] = _here,
) -> frozenset[int]:
    """Mark those of these claimed mails whose grounds still hold; their message ids.

    Inside the store's scope. `now` is the store's time, `machine_now` and `lease_until` are the
    machine's. `accepted` (as for `record`) is recorded in the same transaction, and then emptied:
    one commit for the mail before and this one. `wait` runs the statement; whoever passes one may do
    something else meanwhile, but nothing with the database.
    """
    marked: frozenset[int] = frozenset()
    for marketing in (False, True):
        ours = [mail for mail in mails if mail.row.message.is_marketing is marketing]
        grounds = send_rules().grounds(marketing=marketing) if ours else None
        if grounds is None:
            continue
        if marketing:
            ours = _one_a_customer(ours)
        customers = {mail.row.message.customer_id for mail in ours} - {None}
        lock, locked = LOCK.call(ids=list(customers))
        before, recorded = record_call(accepted=accepted, token=token, now=now)
        mark, values = _mark_statement(grounds).call(
            ids=[mail.row.pk for mail in ours],
            grounds=[mail.grounds for mail in ours],
            addresses=[mail.address for mail in ours],
            languages=[mail.language for mail in ours],
            hashes=[",".join(address_hashes(mail.address)) for mail in ours],
            token=token,
            now=now,
            reaches=["all", "marketing"] if marketing else ["all"],
            cap=store.marketing_cap if marketing else None,
            capped_since=now - timedelta(hours=store.marketing_cap_hours),
            counted=list(IN_THE_AIR_OR_SENT),
            store=store.pk,
            account=account.pk,
            machine_now=machine_now,
            lease_until=lease_until,
        )
        with connection.cursor() as cursor:
            sql, all_values = f"{lock}; {before}; {mark}", [*locked, *recorded, *values]
            wait(partial(cursor.execute, sql, all_values))
            marked |= {row[0] for row in cursor.fetchall()}
        accepted.clear()
    return marked


def _one_a_customer(mails: Sequence[Written]) -> list[Written]:
    """The first mail of each customer: one statement cannot count the rivals that it marks itself."""
    first: dict[int | None, Written] = {}
    for mail in mails:
        first.setdefault(mail.row.message.customer_id, mail)
    return list(first.values())
