"""Which stores have mails due now, and may send them."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from core.stores.models import Store
from core.stores.scope import every_store
from engagement.messages.models import DomainStanding, Lane, Outbox, ProviderAccount

# One index descent per store, however many rows are due, held or in the future.
ON_POSTGRES = """
    SELECT s.id, d.due_at
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS s(id, now)
    CROSS JOIN LATERAL (
        SELECT due_at FROM engagement_messages_outbox
        WHERE state = 10 AND store_id = s.id AND lane = %s AND due_at <= s.now
        ORDER BY due_at LIMIT 1) d
    ORDER BY s.now - d.due_at DESC, s.id LIMIT %s
"""


def due_stores(
    *, lane: Lane, limit: int, only_store: int | None, machine_now: datetime
) -> list[Store]:
    """At most `limit` stores with something due in `lane`, the longest waiting first.

    Due is told by each store's own clock: a demo store's year lies elsewhere. Stores on hold,
    stores whose account rests and, for marketing, stores whose domain is in trouble are not asked
    at all, so that their backlog costs nothing.
    """
    with every_store():
        resting = ProviderAccount.objects.filter(
            store=OuterRef("pk"), is_default=True, paused_until__gt=machine_now
        )
        stores = Store.objects.filter(~Exists(resting), sending_held=False)
        if lane == Lane.MARKETING:
            distrusted = DomainStanding.objects.filter(store=OuterRef("pk")).exclude(
                state=DomainStanding.State.FINE
            )
            stores = stores.filter(~Exists(distrusted))
        if only_store is not None:
            stores = stores.filter(pk=only_store)
        by_id = {store.pk: store for store in stores}
        if not by_id:
            return []
        if connection.vendor == "postgresql":
            found = _on_postgres(by_id.values(), lane=lane, limit=limit, machine_now=machine_now)
        else:
            found = _one_by_one(by_id.values(), lane=lane, limit=limit, machine_now=machine_now)
    return [by_id[pk] for pk in found]


def _on_postgres(
    stores: Collection[Store], *, lane: Lane, limit: int, machine_now: datetime
) -> list[int]:
    ids = [store.pk for store in stores]
    clocks = [machine_now + store.clock_offset for store in stores]
    with connection.cursor() as cursor:
        cursor.execute(ON_POSTGRES, [ids, clocks, int(lane), limit])
        return [row[0] for row in cursor.fetchall()]


def _one_by_one(
    stores: Collection[Store], *, lane: Lane, limit: int, machine_now: datetime
) -> list[int]:
    waiting = []
    for store in stores:
        clock = machine_now + store.clock_offset
        oldest = (
            Outbox.objects.filter(
                state=Outbox.State.PLANNED, store_id=store.pk, lane=lane, due_at__lte=clock
            )
            .order_by("due_at")
            .values_list("due_at", flat=True)
            .first()
        )
        if oldest is not None:
            waiting.append((oldest - clock, store.pk))
    return [pk for _, pk in sorted(waiting)[:limit]]
