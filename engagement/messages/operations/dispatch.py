"""One pass over everything that is due: each store gets its share, and nobody waits for anybody."""

import random
import secrets
from collections.abc import Callable
from functools import partial

import structlog
from django.db import transaction

from core.clock import real_now
from core.secrets import CredentialsUnreadable
from core.stores.models import Store
from core.stores.scope import store_scope
from core.trouble import trouble
from engagement.messages.delivery.accounts import Sender, sender_for
from engagement.messages.delivery.rate import spend, tokens
from engagement.messages.delivery.warm_up import Share, share_of_today
from engagement.messages.limits import Limits, limits
from engagement.messages.models import Lane, Outbox, Pace
from engagement.messages.operations import release
from engagement.messages.operations.claim import claim
from engagement.messages.operations.due_stores import due_stores
from engagement.messages.operations.send_batch import Batch
from engagement.messages.operations.unrecorded import record_remembered

log = structlog.get_logger(__name__)

MOST_SHARES = 4


def never() -> bool:
    """Do not stop early."""
    return False


def dispatch(
    *,
    lane: Lane,
    limit: int = 100,
    only_store: int | None = None,
    should_stop: Callable[[], bool] = never,
    within: Limits | None = None,
) -> int:
    """Claim and send about `limit` due mails of `lane`; how many rows were claimed.

    Every store with due mails gets its share of `limit`, those who have waited longest first.
    Stores on hold, accounts at rest and accounts out of tokens are left alone, and no try is spent
    on them. `should_stop` is asked between mails (SIGTERM): what is claimed by then is given back.
    """
    within = within or limits()
    record_remembered()
    stores = due_stores(lane=lane, limit=limit, only_store=only_store, machine_now=real_now())
    if not stores:
        return 0
    share = max(1, -(-limit // len(stores)))
    claimed = 0
    # Workers that start at different stores do not queue behind one slow provider.
    start = random.randrange(len(stores))  # noqa: S311
    for store in [*stores[start:], *stores[:start]]:
        if should_stop():
            break
        try:
            with store_scope(store.pk):
                claimed += _serve(
                    store=store, lane=lane, limit=share, within=within, should_stop=should_stop
                )
        except Exception as error:  # one store's trouble is not the next one's
            if trouble(error):
                raise
            log.exception("store_not_served", store_id=store.pk, lane=lane.name)
    return claimed


def drain_outbox(*, only_store: int | None = None) -> int:
    """Send until nothing is due; how many rows were claimed. Order news before marketing."""
    total = 0
    while True:
        sent = dispatch(lane=Lane.TRANSACTIONAL, only_store=only_store)
        sent = sent or dispatch(lane=Lane.MARKETING, only_store=only_store)
        if not sent:
            return total
        total += sent


def _serve(
    *, store: Store, lane: Lane, limit: int, within: Limits, should_stop: Callable[[], bool]
) -> int:
    """Claim and send one store's share; how many rows were claimed."""
    try:
        sender = sender_for(store=store)
    except CredentialsUnreadable as error:
        log.error("account_unreadable", store_id=store.pk, why=str(error))
        return 0
    token = secrets.token_hex(16)
    lease_until = real_now() + within.lease
    rows, share = _claim_within_rate(
        store=store,
        sender=sender,
        lane=lane,
        # Several connections are done with so much more in the same time, and take time to open.
        limit=limit * min(sender.connections, MOST_SHARES),
        token=token,
        within=within,
    )
    if not rows:
        return 0
    handed = Batch(
        store=store,
        sender=sender,
        token=token,
        rows=_suspect_alone(rows=rows, token=token, within=within),
        limits=within,
        lease_until=lease_until,
        should_stop=should_stop,
    ).send()
    share.settle(handed)
    Pace.objects.create(at=real_now(), lane=lane, taken=len(rows), handed=handed)
    return len(rows)


def _claim_within_rate(
    *, store: Store, sender: Sender, lane: Lane, limit: int, token: str, within: Limits
) -> tuple[list[Outbox], Share]:
    """Claim at most as many rows as the account has tokens for, and a new domain's day has room for
    (marketing), in one transaction with them."""
    machine_now = real_now()
    take = partial(
        claim,
        store_id=store.pk,
        lane=lane,
        token=token,
        store_now=machine_now + store.clock_offset,
        lease_until=machine_now + within.lease,
    )
    if not sender.is_metered:
        return take(limit=limit), Share(allowed=limit)
    with transaction.atomic():
        allowed, bucket = tokens(
            account=sender.account, want=limit, machine_now=machine_now, limits=within
        )
        share = share_of_today(store=store, want=allowed, machine_now=machine_now)
        if lane == Lane.MARKETING:
            allowed = share.allowed
        rows = take(limit=allowed) if allowed else []
        spend(bucket=bucket, used=len(rows))
        share.book(len(rows))
    return rows, share


def _suspect_alone(*, rows: list[Outbox], token: str, within: Limits) -> list[Outbox]:
    """A row over which workers died before is handled alone, so that only it can die again."""
    suspects = [row for row in rows if row.claims >= within.suspect_claims]
    if not suspects:
        return rows
    others = [row.pk for row in rows if row.pk != suspects[0].pk]
    release.give_back(ids=others, token=token)
    log.warning("suspect_message", message_id=suspects[0].pk, claims=suspects[0].claims)
    return suspects[:1]
