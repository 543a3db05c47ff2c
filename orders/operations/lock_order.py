"""Take hold of an order, known or only heard of, so that its news are worked on one at a time."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.models import Order
from orders.operations.fit_row import identity


def lock_order(
    *,
    store: Store,
    source: str,
    external_id: str,
    currency: str,
    heard_at: datetime,
    origin: Origin,
    now: datetime,
) -> Order:
    """The locked row of this order, made empty where nobody has told us of it yet.

    Parcels, refunds and deletions may arrive before their order. The empty row
    (`source_updated_at` null) keeps them until the order itself is told; until then nothing is
    recorded and nobody is written to. The unique key decides between rivals.
    """
    external_id = identity(external_id, of="order")
    known = Order.objects.select_for_update().filter(
        store_id=store.pk, source=source, external_id=external_id
    )
    order = known.first()
    if order is not None:
        return order
    fresh = Order(
        store_id=store.pk,
        source=source,
        external_id=external_id,
        number=external_id[:64],
        currency=(currency or store.currency)[:3],
        placed_at=heard_at,
        origin=origin,
        created_at=now,
    )
    return fresh if Order.objects.insert_new([fresh]) else known.get()
