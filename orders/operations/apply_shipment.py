"""What a carrier says of a parcel: kept by number, met with the parcel now or when it appears."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.events.event import Origin
from core.stores.models import Store
from core.stores.plain import read
from orders.ingest.snapshots import ShipmentUpdate, Unreadable
from orders.models import Fulfillment, Order
from orders.operations.fit_row import fit
from orders.operations.keep_tracking import (
    keep_estimate,
    keep_tracking,
    name_of,
)
from orders.operations.outcome import Outcome
from orders.operations.settle_order import settle_order
from orders.policies import normalize_tracking_number

OF_ORDER = (
    "order_id = (SELECT id FROM orders_order"
    " WHERE store_id = %s AND source = %s AND external_id = %s)"
)


def apply_shipment(*, news: ShipmentUpdate, store: Store, origin: Origin, now: datetime) -> Outcome:
    """Keep every checkpoint once and settle the orders whose parcels it speaks of.

    News that names order or parcel by the shop's ids (Shopify's has no tracking number) is kept
    under those. Raises `Unreadable` where it names neither number nor order.
    """
    number = normalize_tracking_number(news.tracking_number)
    order_source = news.order_source or news.source
    named = bool(news.order_external_id) and (bool(news.fulfillment_external_id) or not number)
    if named:
        number = name_of(
            source=order_source,
            order_id=news.order_external_id,
            parcel_id=news.fulfillment_external_id,
        )
    if not number:
        raise Unreadable("The carrier news names neither a tracking number nor an order.")
    where: str = "tracking_number = %s"
    values: list[Any] = [number]
    if named:
        where, values = OF_ORDER, [store.pk, order_source, news.order_external_id]
        if news.fulfillment_external_id:
            where += " AND external_id = %s"
            values.append(news.fulfillment_external_id)
    ids = {parcel.order_id for parcel in read(Fulfillment, where, *values)}
    orders = _lock(ids)
    _keep(news=news, store_id=store.pk, number=number, now=now)
    parcels = read(Fulfillment, where, *values)
    later = {parcel.order_id for parcel in parcels}
    if later - ids:  # a parcel that appeared while we waited
        orders = _lock(later)
        parcels = read(Fulfillment, where, *values)
    _name_carrier(news=news, parcels=parcels)
    recorded = 0
    for order in orders:
        recorded += settle_order(order=order, store=store, origin=origin, now=now)
    if not orders:
        return Outcome("applied", "Kept until the parcel with this number is known.")
    return Outcome("applied", order_id=orders[-1].pk)


def _lock(ids: set[int]) -> list[Order]:
    return read(Order, "id = ANY(%s)", sorted(ids), order="id", lock=True)


def _keep(*, news: ShipmentUpdate, store_id: int, number: str, now: datetime) -> None:
    keep_tracking(
        store_id=store_id,
        source=news.source,
        tracking_number=number,
        checkpoints=news.news,
        now=now,
    )
    if news.estimated_at is not None:
        keep_estimate(
            store_id=store_id,
            source=news.source,
            tracking_number=number,
            estimated_at=news.estimated_at,
            stated_at=max((told.happened_at for told in news.news), default=now),
            now=now,
        )


def _name_carrier(*, news: ShipmentUpdate, parcels: Sequence[Fulfillment]) -> None:
    """Fill carrier and tracking page where the shop did not name them."""
    for column, told in (("carrier", news.carrier), ("tracking_url", news.tracking_url)):
        shape = Fulfillment(**{column: told})
        fit(shape)
        nameless = [parcel.pk for parcel in parcels if not getattr(parcel, column)]
        if nameless and (text := getattr(shape, column)):
            Fulfillment.objects.filter(pk__in=nameless, **{column: ""}).update(**{column: text})
