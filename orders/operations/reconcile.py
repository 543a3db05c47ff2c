"""Ask the shop what changed, and take in what its webhooks never told us (W10).

The cursor is kept on the connection and only goes on; what is found goes the way of every notice, under
a key of its own, so that asking twice, or two workers asking at once, changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from core.outbound import Forbidden, Unreachable
from core.secrets import CredentialsUnreadable
from core.stores.models import Store
from orders.connectors.changed_orders import ASK, PAGE, TOPIC, Changed, NotTold
from orders.connectors.connector import Access
from orders.models import InboundNotice, Order, PlatformConnection
from orders.operations.receive_notice import keep_notices, unsaved_notice

log = structlog.get_logger(__name__)

FIRST_LOOK = timedelta(days=1)  # how far back a new connection asks
OVERLAP = timedelta(minutes=5)  # clocks differ, and a shop may show a change late
SETTLES_IN = timedelta(minutes=5)  # before that its webhook may still be on the way


def reconcile(*, store: Store, now: datetime) -> int:
    """Ask every connected system of the store once; how many orders had been missed.

    No transaction spans a call. Inside the store's scope; `now` is the store's time.
    """
    if store.clock_offset:
        return 0  # a demo lives at another time than its shop
    found = 0
    for connection in PlatformConnection.objects.filter(is_active=True, platform__in=ASK):
        found += _ask(connection=connection, store=store, now=now)
    return found


def _ask(*, connection: PlatformConnection, store: Store, now: datetime) -> int:
    row = PlatformConnection.objects.filter(pk=connection.pk)
    since = (connection.asked_to or now - FIRST_LOOK) - OVERLAP
    try:
        access = Access(connection.address, connection.credentials())
        told = ASK[connection.platform](access, since)
    except (NotTold, Forbidden, Unreachable, CredentialsUnreadable, KeyError) as error:
        row.update(asked_problem=(str(error) or type(error).__name__)[:300], asked_at=now)
        return 0
    settled = [one for one in told if one.updated_at <= now - SETTLES_IN]
    missed = _missed(source=connection.platform, told=settled)
    keep_notices(
        [
            unsaved_notice(
                store_id=store.pk,
                endpoint=None,
                source=connection.platform,
                topic=TOPIC[connection.platform],
                dedup_key=key_of(one),
                body=one.body,
                headers={},
                now=now,
            )
            for one in missed
        ]
    )
    reached = now - SETTLES_IN
    if len(told) >= PAGE and settled:
        # More is to come: go on from the last; a whole page of one second is stepped over.
        reached = max(settled[-1].updated_at, since + OVERLAP + timedelta(seconds=1))
    row.update(asked_at=now, asked_problem="", found_missed=F("found_missed") + len(missed))
    row.filter(Q(asked_to=None) | Q(asked_to__lt=reached)).update(asked_to=reached)
    if missed:
        log.warning("orders.missed", connection=connection.pk, orders=len(missed))
    return len(missed)


def key_of(one: Changed) -> str:
    """The key of the notice that tells this state of this order."""
    return f"asked:{one.external_id[:60]}:{one.updated_at.isoformat()}"


def _missed(*, source: str, told: Sequence[Changed]) -> list[Changed]:
    """Those of which we know nothing, or less, and have not asked before. Two queries."""
    known = dict(
        Order.objects.filter(
            source=source, external_id__in=[one.external_id for one in told]
        ).values_list("external_id", "source_updated_at")
    )
    found = [
        one
        for one in told
        if (at := known.get(one.external_id)) is None or at < one.updated_at.replace(microsecond=0)
    ]
    asked = InboundNotice.objects.filter(
        source=source, dedup_key__in=[key_of(one) for one in found]
    ).values_list("dedup_key", flat=True)
    before = set(asked)
    return [one for one in found if key_of(one) not in before]
