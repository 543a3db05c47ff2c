"""What the parcels of an order are, derived from the shop's statements and all carrier news."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.stores.plain import change, read
from orders.models import Fulfillment, FulfillmentLine, Order, OrderLine, TrackingEvent
from orders.operations.file_parcels import WHOLE, give_way, is_spoken_for
from orders.operations.keep_tracking import hold_numbers, name_of, parcel_name
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
    hold_numbers(
        store_id=order.store_id, tracking_numbers={parcel.tracking_number for parcel in parcels}
    )
    news = _news_of(order=order, parcels=parcels)
    if any(parcel.external_id == WHOLE for parcel in parcels):
        for parcel in parcels:
            _settle_one(parcel=parcel, news=news[parcel.pk])  # a carrier may say that it left
        if is_spoken_for(parcels):
            parcels = give_way(parcels)
            news = _news_of(order=order, parcels=parcels)
    for parcel in parcels:
        _settle_one(parcel=parcel, news=news[parcel.pk])
    settled = [
        settled_as(parcel=parcel, news=news[parcel.pk], place=parcel.pk, lines=lines)
        for parcel in parcels
    ]
    _keep_contents(settled=settled, lines=lines)
    return settled


def settled_as(
    *,
    parcel: Fulfillment,
    news: Sequence[TrackingEvent],
    place: int,
    lines: Sequence[OrderLine],
) -> Settled:
    """The derived parcel for the rules, known there by `place`; its contents as the shop states
    them. What it says of lines not known yet waits in the parcel."""
    known = {line.external_id for line in lines}
    inside: dict[str, Decimal] = {}
    for external_id, quantity in parcel.source_lines:
        if external_id in known:
            inside[external_id] = inside.get(external_id, Decimal(0)) + Decimal(quantity)
    rule = Parcel(
        id=place,
        status=parcel.status,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
        estimated_at=parcel.estimated_at,
        last_event_at=parcel.last_event_at,
        lines=inside,
    )
    return Settled(row=parcel, news=list(news), rule=rule)


def _news_of(*, order: Order, parcels: Sequence[Fulfillment]) -> dict[int, list[TrackingEvent]]:
    """News by parcel: of its number since the order was placed, or naming it; unclaimed is claimed."""
    whole = name_of(source=order.source, order_id=order.external_id, parcel_id="")
    names = {p.pk: parcel_name(order=order, external_id=p.external_id) for p in parcels}
    numbers = {p.tracking_number for p in parcels} - {""}
    rows = read(
        TrackingEvent,
        "(fulfillment_id = ANY(%s) OR tracking_number = ANY(%s))",
        sorted(names),
        sorted({whole, *names.values(), *numbers}),
        order="happened_at, source, key",
    )
    found: dict[int, list[TrackingEvent]] = {}
    for parcel in parcels:
        its = found[parcel.pk] = [
            row
            for row in rows
            if row.tracking_number in (whole, names[parcel.pk])
            or (row.tracking_number == parcel.tracking_number and _could_be(row, parcel, order))
        ]
        its[:] = told_in_time(parcel=parcel, news=its)
        free = [row for row in its if row.fulfillment_id is None]
        if free:
            change(
                "UPDATE orders_trackingevent SET fulfillment_id = %s WHERE id = ANY(%s)",
                parcel.pk,
                [row.pk for row in free],
            )
        for row in free:
            row.fulfillment_id = parcel.pk
    return found


def told_in_time(*, parcel: Fulfillment, news: Sequence[TrackingEvent]) -> Sequence[TrackingEvent]:
    """Its news without what came so long after its arrival that it must be another parcel's."""
    arrived = earliest(
        parcel.delivered_at,
        *(row.happened_at for row in news if row.kind == Fulfillment.Status.DELIVERED),
    )
    if arrived is None:
        return news
    return [row for row in news if row.happened_at <= arrived + AFTER_ARRIVAL]


def _could_be(row: TrackingEvent, parcel: Fulfillment, order: Order) -> bool:
    """Whether news of this number can be of this parcel: carriers use their numbers again."""
    if not parcel.tracking_number:
        return False
    told = order.source_updated_at is not None
    return not told or row.happened_at >= order.placed_at - BEFORE_THE_ORDER


def _settle_one(*, parcel: Fulfillment, news: Sequence[TrackingEvent]) -> None:
    before = _derived(parcel)
    derive_parcel(parcel=parcel, news=news)
    if _derived(parcel) != before:
        parcel.save()


def derive_parcel(*, parcel: Fulfillment, news: Sequence[TrackingEvent]) -> None:
    """Times and status out of the shop's word and `news`, sorted by when it happened. Saves nothing."""
    days = [row.expected_at for row in news if row.expected_at]
    real = [row for row in news if not row.expected_at]
    arrived = [row.happened_at for row in real if row.kind == Fulfillment.Status.DELIVERED]
    left = [row.happened_at for row in real if row.kind in LEFT]
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


def _derived(parcel: Fulfillment) -> tuple[object, ...]:
    return (
        parcel.status,
        parcel.shipped_at,
        parcel.delivered_at,
        parcel.estimated_at,
        parcel.first_estimated_at,
        parcel.last_event_at,
    )


def _keep_contents(*, settled: Sequence[Settled], lines: Sequence[OrderLine]) -> None:
    """Rows of parcel contents equal to what the shop states."""
    line_ids = {line.external_id: line.pk for line in lines}
    held: dict[int, dict[int, FulfillmentLine]] = {}
    for row in read(FulfillmentLine, "fulfillment_id = ANY(%s)", [one.row.pk for one in settled]):
        held.setdefault(row.fulfillment_id, {})[row.order_line_id] = row
    fresh = []
    for one in settled:
        want = {line_ids[name]: quantity for name, quantity in one.rule.lines.items()}
        have = held.get(one.row.pk, {})
        fresh += [
            FulfillmentLine(
                store_id=one.row.store_id,
                fulfillment=one.row,
                order_line_id=pk,
                quantity=quantity,
            )
            for pk, quantity in want.items()
            if pk not in have
        ]
        for pk, row in have.items():
            if pk not in want:
                row.delete()
            elif row.quantity != want[pk]:
                row.quantity = want[pk]
                row.save(update_fields=["quantity"])
    if fresh:
        FulfillmentLine.objects.bulk_create(fresh)
