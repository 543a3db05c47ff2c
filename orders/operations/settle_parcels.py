"""What the parcels of an order are, derived from the shop's statements and all carrier news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from orders.models import Fulfillment, FulfillmentLine, Order, OrderLine, TrackingEvent
from orders.operations.file_parcels import WHOLE, give_way, is_spoken_for
from orders.operations.keep_tracking import ESTIMATE, hold_number, name_of, parcel_name
from orders.policies import (
    AFTER_ARRIVAL,
    BEFORE_THE_ORDER,
    LEFT,
    Parcel,
    earliest,
    parcel_status,
)


@dataclass(frozen=True, slots=True)
class Settled:
    """One parcel with the news that belongs to it, and its form for the rules."""

    row: Fulfillment
    news: list[TrackingEvent]
    rule: Parcel


def settle_parcels(
    *, order: Order, lines: Sequence[OrderLine], parcels: Sequence[Fulfillment]
) -> list[Settled]:
    """Bring contents, times and status of all `parcels` of the order up to date. It is locked."""
    if not parcels:
        return []
    for number in sorted({parcel.tracking_number for parcel in parcels} - {""}):
        hold_number(store_id=order.store_id, tracking_number=number)
    news = _news_of(order=order, parcels=parcels)
    if any(parcel.external_id == WHOLE for parcel in parcels):
        for parcel in parcels:
            _settle_one(parcel=parcel, news=news[parcel.pk])  # a carrier may say that it left
        if is_spoken_for(parcels):
            parcels = give_way(parcels)
            news = _news_of(order=order, parcels=parcels)
    contents = _settle_contents(parcels=parcels, lines=lines)
    settled = []
    for parcel in parcels:
        its = news[parcel.pk]
        _settle_one(parcel=parcel, news=its)
        rule = Parcel(
            id=parcel.pk,
            status=parcel.status,
            shipped_at=parcel.shipped_at,
            delivered_at=parcel.delivered_at,
            estimated_at=parcel.estimated_at,
            last_event_at=parcel.last_event_at,
            lines=contents[parcel.pk],
        )
        settled.append(Settled(row=parcel, news=its, rule=rule))
    return settled


def _news_of(*, order: Order, parcels: Sequence[Fulfillment]) -> dict[int, list[TrackingEvent]]:
    """News by parcel: of its number since the order was placed, or naming it; unclaimed is claimed."""
    whole = name_of(source=order.source, order_id=order.external_id, parcel_id="")
    names = {p.pk: parcel_name(order=order, external_id=p.external_id) for p in parcels}
    numbers = {p.tracking_number for p in parcels} - {""}
    rows = list(
        TrackingEvent.objects.filter(store_id=order.store_id)
        .filter(
            Q(fulfillment__in=parcels) | Q(tracking_number__in=[whole, *names.values(), *numbers])
        )
        .order_by("happened_at", "source", "key")
    )
    found: dict[int, list[TrackingEvent]] = {}
    for parcel in parcels:
        its = found[parcel.pk] = [
            row
            for row in rows
            if row.tracking_number in (whole, names[parcel.pk])
            or (row.tracking_number == parcel.tracking_number and _could_be(row, parcel, order))
        ]
        arrived = earliest(
            parcel.delivered_at,
            *(row.happened_at for row in its if row.kind == Fulfillment.Status.DELIVERED),
        )
        if arrived is not None:
            its[:] = [row for row in its if row.happened_at <= arrived + AFTER_ARRIVAL]
        free = [row for row in its if row.fulfillment_id is None]
        if free:
            TrackingEvent.objects.filter(pk__in=[row.pk for row in free]).update(fulfillment=parcel)
        for row in free:
            row.fulfillment_id = parcel.pk
    return found


def _could_be(row: TrackingEvent, parcel: Fulfillment, order: Order) -> bool:
    """Whether news of this number can be of this parcel: carriers use their numbers again."""
    if not parcel.tracking_number:
        return False
    told = order.source_updated_at is not None
    return not told or row.happened_at >= order.placed_at - BEFORE_THE_ORDER


def _settle_one(*, parcel: Fulfillment, news: Sequence[TrackingEvent]) -> None:
    estimates = [row for row in news if row.raw_status.startswith(ESTIMATE)]
    days = [datetime.fromisoformat(row.raw_status.removeprefix(ESTIMATE)) for row in estimates]
    real = [row for row in news if not row.raw_status.startswith(ESTIMATE)]
    arrived = [row.happened_at for row in real if row.kind == Fulfillment.Status.DELIVERED]
    left = [row.happened_at for row in real if row.kind in LEFT]
    before = _derived(parcel)
    parcel.delivered_at = earliest(parcel.delivered_at, *arrived)
    parcel.shipped_at = earliest(parcel.shipped_at, *left)
    parcel.last_event_at = max((row.happened_at for row in real), default=None)
    # `news` is sorted by when it was said, so the last named day is the one that holds.
    parcel.estimated_at = days[-1] if days else None
    parcel.first_estimated_at = earliest(*days)
    parcel.status = parcel_status(
        source_status=parcel.source_status,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
        news=[(row.happened_at, row.kind) for row in real],
    )
    if _derived(parcel) != before:
        parcel.save()


def _derived(parcel: Fulfillment) -> tuple[object, ...]:
    return (
        parcel.status,
        parcel.shipped_at,
        parcel.delivered_at,
        parcel.estimated_at,
        parcel.first_estimated_at,
        parcel.last_event_at,
    )


def _settle_contents(
    *, parcels: Sequence[Fulfillment], lines: Sequence[OrderLine]
) -> dict[int, dict[int, Decimal]]:
    """Rows of parcel contents equal to what the shop states; lines not known yet wait in the parcel."""
    line_ids = {line.external_id: line.pk for line in lines}
    held: dict[int, dict[int, FulfillmentLine]] = {parcel.pk: {} for parcel in parcels}
    for row in FulfillmentLine.objects.filter(fulfillment__in=parcels):
        held[row.fulfillment_id][row.order_line_id] = row
    wanted: dict[int, dict[int, Decimal]] = {}
    for parcel in parcels:
        want = wanted[parcel.pk] = {}
        for external_id, quantity in parcel.source_lines:
            if pk := line_ids.get(external_id):
                want[pk] = want.get(pk, Decimal(0)) + Decimal(quantity)
        have = held[parcel.pk]
        fresh = [
            FulfillmentLine(
                store_id=parcel.store_id, fulfillment=parcel, order_line_id=pk, quantity=quantity
            )
            for pk, quantity in want.items()
            if pk not in have
        ]
        if fresh:
            FulfillmentLine.objects.bulk_create(fresh)
        for pk, row in have.items():
            if pk not in want:
                row.delete()
            elif row.quantity != want[pk]:
                row.quantity = want[pk]
                row.save(update_fields=["quantity"])
    return wanted
