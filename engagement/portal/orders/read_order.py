"""Everything that an order's page shows, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.stores.models import Store
from engagement.flows.planning.due import zone_of
from engagement.guides.links import guide_url
from engagement.guides.queries import guides_of
from engagement.portal.orders.answer import Answer, Station, answer_for, stations_of
from orders.models import (
    Fulfillment,
    FulfillmentLine,
    Guarantee,
    Order,
    OrderDocument,
    OrderLine,
    TrackingEvent,
)
from orders.warranty.links import guarantee_url

NEWS_SHOWN = 20  # of one parcel, the newest


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One parcel with what lies in it and what its carrier said, the newest first."""

    row: Fulfillment
    contents: Sequence[FulfillmentLine]
    news: Sequence[TrackingEvent]


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its buyer may see it."""

    order: Order
    zone: ZoneInfo
    lines: Sequence[OrderLine]
    parcels: Sequence[ParcelView]
    documents: Sequence[OrderDocument]
    guides: Mapping[int, str]  # product id to the address of its guide
    guarantees: Sequence[tuple[Guarantee, str]]  # with the address of its page
    answer: Answer
    stations: Sequence[Station]


def read_order(*, order: Order, store: Store, now: datetime) -> OrderView:
    """Eight queries, however many parcels there are. `order` comes with its customer."""
    lines = list(OrderLine.objects.filter(order=order).select_related("product", "variant"))
    parcels = list(Fulfillment.objects.filter(order=order).order_by("shipped_at", "pk"))
    ids = [parcel.pk for parcel in parcels]
    contents = _contents(ids)
    tracking = _news(ids)
    guided = guides_of(products=[line.product for line in lines if line.product is not None])
    zone = zone_of(customer=order.customer, store_zone=store.time_zone)
    return OrderView(
        order=order,
        zone=zone,
        lines=lines,
        parcels=[
            ParcelView(
                row=parcel,
                contents=contents.get(parcel.pk, []),
                news=tracking.get(parcel.pk, [])[:NEWS_SHOWN],
            )
            for parcel in parcels
            if parcel.status != Fulfillment.Status.CANCELED
        ],
        documents=list(OrderDocument.objects.filter(order=order).order_by("pk")),
        guides={pk: guide_url(guide=guide, store=store) for pk, guide in guided.items()},
        guarantees=[
            (row, guarantee_url(guarantee=row, store=store))
            for row in Guarantee.objects.filter(
                order_line__in=[line.pk for line in lines],
                ended_at__isnull=True,
                until__isnull=False,
            ).order_by("order_line__position", "pk")
        ]
        if any(parcel.status == Fulfillment.Status.DELIVERED for parcel in parcels)
        or order.delivered_at is not None
        else [],
        answer=answer_for(order=order, lines=lines, parcels=parcels, zone=zone, now=now),
        stations=stations_of(order=order, parcels=parcels, tracking=tracking),
    )


def _contents(parcel_ids: Sequence[int]) -> Mapping[int, list[FulfillmentLine]]:
    grouped: dict[int, list[FulfillmentLine]] = defaultdict(list)
    if parcel_ids:
        for row in (
            FulfillmentLine.objects.filter(fulfillment_id__in=parcel_ids)
            .select_related("order_line")
            .order_by("order_line__position", "pk")
        ):
            grouped[row.fulfillment_id].append(row)
    return grouped


def _news(parcel_ids: Sequence[int]) -> Mapping[int, list[TrackingEvent]]:
    grouped: dict[int, list[TrackingEvent]] = defaultdict(list)
    if parcel_ids:
        for row in TrackingEvent.objects.filter(fulfillment_id__in=parcel_ids).order_by(
            "-happened_at", "-pk"
        ):
            if row.fulfillment_id is not None:
                grouped[row.fulfillment_id].append(row)
    return grouped
