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
from core.fair_share import fair_share
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from orders.ingest.snapshots import Unreadable
from orders.models import InboundNotice, WebhookEndpoint
from orders.operations.apply_notice import Result, apply_notice

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
MAX_CLAIMS = 3  # so many workers died over it: it is poison
TOO_LARGE = "A value in it, or the sum of some, is larger than the database can keep."
Status = InboundNotice.Status


def process_due(*, limit: int = 100, only_store: int | None = None) -> int:
    """Claim up to `limit` due notices, shared fairly between stores, and work on them; how many."""
    token = secrets.token_hex(16)
    with every_store():
        claimed = _claim(token=token, limit=limit, only_store=only_store)
        stores = Store.objects.in_bulk({notice.store_id for notice in claimed})
    for notice in claimed:
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
            token=token, lease_until=now + LEASE, claims=F("claims") + 1
        )
    return list(
        InboundNotice.objects.filter(pk__in=ids, token=token)
        .select_related("endpoint")
        .order_by("due_at", "id")
    )


def _work_on(*, notice: InboundNotice, token: str, store: Store) -> None:
    if notice.claims > MAX_CLAIMS:
        reason = f"{MAX_CLAIMS} workers died while reading this. It is kept; please report it."
        _settle(notice=notice, token=token, result=Result(Status.DEAD, reason), store=store)
        return
    try:
        with transaction.atomic():
            # Taking the row's lock and renewing the lease is the fence: who lost the claim stops here.
            mine = InboundNotice.objects.filter(
                pk=notice.pk, token=token, status=Status.WAITING
            ).update(lease_until=real_now() + LEASE)
            if mine:
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
        _retry_or_bury(
            notice=notice,
            token=token,
            reason=f"Failed with {kind}; it is tried again.",
            last=f"Failed {len(RETRY_AFTER_SECONDS) + 1} times, last with {kind}.",
            store=store,
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
    InboundNotice.objects.filter(pk=notice.pk, token=token).update(
        status=result.status,
        reason=result.reason[:300],
        order_id=result.order_id,
        processed_at=store_now(store),
        lease_until=None,
        token="",
        claims=0,
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
