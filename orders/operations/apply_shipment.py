"""What a carrier says of a parcel: kept by number, met with the parcel now or when it appears."""

from datetime import datetime

from django.db.models import Q

from core.events.event import Origin
from core.stores.models import Store
from orders.ingest.snapshots import ShipmentUpdate, Unreadable
from orders.models import Fulfillment, Order
from orders.operations.fit_row import fit
from orders.operations.keep_tracking import (
    Checkpoint,
    keep_estimate,
    keep_tracking,
    name_of,
)
from orders.operations.outcome import Outcome
from orders.operations.settle_order import settle_order
from orders.policies import normalize_tracking_number


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
    if named:
        its = Q(order__source=order_source, order__external_id=news.order_external_id)
        if news.fulfillment_external_id:
            its &= Q(external_id=news.fulfillment_external_id)
    else:
        its = Q(tracking_number=number)
    ids = _order_ids(store_id=store.pk, its=its)
    orders = _lock(ids)
    _keep(news=news, store_id=store.pk, number=number, now=now)
    later = _order_ids(store_id=store.pk, its=its)
    if later - ids:  # a parcel that appeared while we waited
        orders = _lock(later)
    _name_carrier(news=news, store_id=store.pk, its=its)
    recorded = 0
    for order in orders:
        recorded += settle_order(order=order, store=store, origin=origin, now=now)
    if not orders:
        return Outcome("applied", "Kept until the parcel with this number is known.")
    return Outcome("applied", order_id=orders[-1].pk)


def _order_ids(*, store_id: int, its: Q) -> set[int]:
    rows = Fulfillment.objects.filter(its, store_id=store_id)
    return set(rows.values_list("order_id", flat=True))


def _lock(ids: set[int]) -> list[Order]:
    return list(Order.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _keep(*, news: ShipmentUpdate, store_id: int, number: str, now: datetime) -> None:
    keep_tracking(
        store_id=store_id,
        source=news.source,
        tracking_number=number,
        checkpoints=[
            Checkpoint(
                key=told.key,
                kind=told.kind,
                happened_at=told.happened_at,
                raw_status=told.raw_status,
                message=told.message,
                place=told.place,
            )
            for told in news.news
        ],
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


def _name_carrier(*, news: ShipmentUpdate, store_id: int, its: Q) -> None:
    """Fill carrier and tracking page where the shop did not name them."""
    parcels = Fulfillment.objects.filter(its, store_id=store_id)
    for column, told in (("carrier", news.carrier), ("tracking_url", news.tracking_url)):
        shape = Fulfillment(**{column: told})
        fit(shape)
        if text := getattr(shape, column):
            parcels.filter(**{column: ""}).update(**{column: text})
