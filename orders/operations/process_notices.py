"""Work off what came in: claim, read, apply; each notice in one transaction, fenced by a token.

A notice ends as applied, ignored with a reason, or dead with a reason; errors of
ours are tried again for three days (W8).
"""

import random
import secrets
import traceback
from datetime import datetime, timedelta

import structlog
from django.db import DataError, transaction
from django.db.models import F, Q

from core.clock import now as store_now
from core.clock import real_now
from core.events.spine import RETRY_AFTER_SECONDS
from core.fair_share import ROWS_A_PASS, fair_share, in_turns
from core.patience import work_lease
from core.stopping import is_asked_to_stop
from core.stores.models import Store
from core.stores.plain import change, fetch, for_update
from core.stores.scope import every_store, store_scope
from core.trouble import trouble
from orders.ingest.snapshots import Unreadable
from orders.models import InboundNotice, WebhookEndpoint
from orders.operations.apply_notice import Result, apply_notice

log = structlog.get_logger(__name__)

MAX_CLAIMS = 3  # so many workers died over it: it is poison
TOO_LARGE = "A value in it, or the sum of some, is larger than the database can keep."
Status = InboundNotice.Status


def process_due(*, limit: int = ROWS_A_PASS, only_store: int | None = None) -> int:
    """Claim up to `limit` due notices, shared fairly between stores, and work on them; how many."""
    token = secrets.token_hex(16)
    with every_store():
        claimed = _claim(token=token, limit=limit, only_store=only_store)
        stores = Store.objects.in_bulk({notice.store_id for notice in claimed})
    for number, notice in enumerate(claimed):
        if is_asked_to_stop():
            _give_back(ids=[left.pk for left in claimed[number:]], token=token)
            del claimed[number:]
            break
        with store_scope(notice.store_id):
            _work_on(notice=notice, token=token, store=stores[notice.store_id])
    _remember_last_notice(claimed)
    return len(claimed)


def drain_notices(*, only_store: int | None = None) -> int:
    """Work until nothing is due; how many were worked on."""
    total = 0
    while worked := process_due(only_store=only_store):
        total += worked
    return total


def _claim(*, token: str, limit: int, only_store: int | None) -> list[InboundNotice]:
    now = real_now()
    due = InboundNotice.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now), status=Status.WAITING, due_at__lte=now
    )
    with transaction.atomic():
        ids = fair_share(due, limit=limit, only_store=only_store)
        InboundNotice.objects.filter(pk__in=ids).update(
            token=token, lease_until=now + work_lease(), claims=F("claims") + 1
        )
    return in_turns(
        InboundNotice.objects.filter(pk__in=ids, token=token)
        .select_related("endpoint")
        .order_by("due_at", "id")
    )


def _give_back(*, ids: list[int], token: str) -> None:
    """Claimed and not begun: somebody else may have them at once, and the claim does not count."""
    with every_store():
        InboundNotice.objects.filter(pk__in=ids, token=token).update(
            token="", lease_until=None, claims=F("claims") - 1
        )


def _work_on(*, notice: InboundNotice, token: str, store: Store) -> None:
    if notice.claims > MAX_CLAIMS:
        reason = f"{MAX_CLAIMS} workers died while reading this. It is kept; please report it."
        _settle(notice=notice, token=token, result=Result(Status.DEAD, reason), store=store)
        return
    try:
        with transaction.atomic():
            if _is_mine(notice=notice, token=token):
                result = apply_notice(notice=notice, store=store, now=store_now(store))
                _settle(notice=notice, token=token, result=result, store=store)
    except Unreadable as error:
        _settle(notice=notice, token=token, result=Result(Status.DEAD, str(error)), store=store)
    except (DataError, OverflowError):  # it will be no smaller tomorrow
        _settle(notice=notice, token=token, result=Result(Status.DEAD, TOO_LARGE), store=store)
    except Exception as error:
        kind = type(error).__name__
        log.warning(
            "notice_failed",
            notice_id=notice.pk,
            attempt=notice.attempts + 1,
            error=kind,
            where=_where(error),
        )
        if why := trouble(error):
            _try_soon(notice=notice, token=token, reason=why)
            return
        _retry_or_bury(
            notice=notice,
            token=token,
            reason=f"Failed with {kind}; it is tried again.",
            last=f"Failed {len(RETRY_AFTER_SECONDS) + 1} times, last with {kind}.",
            store=store,
        )


def _is_mine(*, notice: InboundNotice, token: str) -> bool:
    """The fence: who lost the claim stops here. The row's lock holds it until the transaction ends,
    however long that takes, so that the lease needs no renewing."""
    where = "id = %s AND token = %s AND status = 'waiting'"
    return bool(
        fetch(f"SELECT id FROM orders_inboundnotice WHERE {where}{for_update()}", notice.pk, token)  # noqa: S608
    )


def _try_soon(*, notice: InboundNotice, token: str, reason: str) -> None:
    """The database was in trouble, not the notice: no try is spent on it."""
    InboundNotice.objects.filter(pk=notice.pk, token=token).update(
        claims=0,
        due_at=real_now() + timedelta(seconds=RETRY_AFTER_SECONDS[0]),
        lease_until=None,
        token="",
        reason=reason[:300],
    )


def _where(error: Exception) -> str:
    """File and line of the failure: enough to find it, and nobody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _retry_or_bury(
    *, notice: InboundNotice, token: str, reason: str, last: str, store: Store
) -> None:
    if notice.attempts >= len(RETRY_AFTER_SECONDS):
        _settle(notice=notice, token=token, result=Result(Status.DEAD, last), store=store)
        return
    pause = RETRY_AFTER_SECONDS[notice.attempts] * random.uniform(1.0, 1.2)  # noqa: S311
    InboundNotice.objects.filter(pk=notice.pk, token=token).update(
        attempts=F("attempts") + 1,
        claims=0,
        due_at=real_now() + timedelta(seconds=pause),
        lease_until=None,
        token="",
        reason=reason[:300],
    )


def _settle(*, notice: InboundNotice, token: str, result: Result, store: Store) -> None:
    change(
        "UPDATE orders_inboundnotice SET status = %s, reason = %s, order_id = %s, processed_at = %s,"
        " lease_until = NULL, token = '', claims = 0 WHERE id = %s AND token = %s",
        str(result.status),
        result.reason[:300],
        result.order_id,
        store_now(store),
        notice.pk,
        token,
    )


def _remember_last_notice(claimed: list[InboundNotice]) -> None:
    latest: dict[int, datetime] = {}
    for notice in claimed:
        if notice.endpoint_id:
            known = latest.get(notice.endpoint_id)
            latest[notice.endpoint_id] = max(notice.received_at, known or notice.received_at)
    with every_store():
        for endpoint_id, received_at in latest.items():
            WebhookEndpoint.objects.filter(
                Q(last_notice_at__isnull=True) | Q(last_notice_at__lt=received_at), pk=endpoint_id
            ).update(last_notice_at=received_at)
