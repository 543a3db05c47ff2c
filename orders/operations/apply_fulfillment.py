"""News of one parcel, told apart from its order."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.ingest.snapshots import FulfillmentUpdate
from orders.operations.lock_order import lock_order
from orders.operations.merge_parcel import merge_parcel
from orders.operations.outcome import Outcome, kept_or_known
from orders.operations.settle_order import settle_order
from orders.parts import parcels_of


def apply_fulfillment(
    *, news: FulfillmentUpdate, store: Store, origin: Origin, now: datetime
) -> Outcome:
    """Merge the parcel into its order. Where the order is not known yet, the parcel waits for it."""
    parcel = news.fulfillment
    as_of = parcel.updated_at or parcel.delivered_at or parcel.shipped_at or now
    order = lock_order(
        store=store,
        source=news.source,
        external_id=news.order_external_id,
        currency="",
        heard_at=as_of,
        origin=origin,
        now=now,
    )
    parcels = parcels_of(order)
    newer = merge_parcel(order=order, parcel=parcel, parcels=parcels, as_of=as_of, now=now)
    recorded = settle_order(order=order, store=store, origin=origin, now=now, parcels=parcels)
    return kept_or_known(recorded=recorded, newer=newer, order_id=order.pk)
