"""One parcel as the shop states it, merged into what is known of it."""

from dataclasses import dataclass
from datetime import datetime

from orders.ingest.snapshots import CarrierNews, FulfillmentSnapshot, Unreadable
from orders.models import Fulfillment, Order
from orders.operations.file_parcels import WHOLE, is_spoken_for
from orders.operations.fit_row import fingerprint, fit, identity, plain, quantity
from orders.operations.keep_tracking import keep_estimate, keep_tracking, parcel_name
from orders.policies import LEFT, ON_THE_WAY, PARCEL_RANK, earliest, normalize_tracking_number


@dataclass(frozen=True, slots=True)
class Told:
    """A parcel's row with a statement taken in, not saved; and when the shop stated it."""

    row: Fulfillment
    is_newer: bool
    stated_at: datetime


def merge_parcel(
    *,
    order: Order,
    parcel: FulfillmentSnapshot,
    parcels: list[Fulfillment],
    as_of: datetime,
    now: datetime,
) -> bool:
    """Merge into `parcels`, the order's own, which grow where it is new; whether it was newer news.

    What happened on the way (out for delivery, ready for pick-up …) is kept beside the carriers'
    own news, so that old statements add what newer ones no longer tell. The order is locked;
    `settle_order` derives the rest. Raises `Unreadable` for a parcel without id or status.
    """
    told = take_parcel(order=order, parcel=parcel, parcels=parcels, as_of=as_of, now=now)
    if told is None:
        return False
    told.row.save()
    _keep_way(order=order, parcel=parcel, told=told, now=now)
    return told.is_newer


def take_parcel(
    *,
    order: Order,
    parcel: FulfillmentSnapshot,
    parcels: list[Fulfillment],
    as_of: datetime,
    now: datetime,
) -> Told | None:
    """The same without a word to the database; None where the shop's own word stands against it.

    The newest statement names carrier, number, contents and status; times keep the earliest.
    """
    if parcel.status not in PARCEL_RANK:
        raise Unreadable(f"{parcel.status[:40]!r} is no status of a parcel.")
    external_id = identity(parcel.external_id, of="parcel")
    if external_id == WHOLE and is_spoken_for(parcels):
        return None  # a file's word for what the shop tells parcel by parcel
    stated_at = parcel.updated_at or as_of
    row = next((row for row in parcels if row.external_id == external_id), None)
    if row is None:
        row = Fulfillment(
            store_id=order.store_id, order=order, external_id=external_id, created_at=now
        )
        parcels.append(row)
    version = f"{PARCEL_RANK[Fulfillment.Status(parcel.status)]:02d}:{fingerprint(parcel)}"
    newer = row.source_updated_at is None or (stated_at, version) > (
        row.source_updated_at,
        row.source_version,
    )
    if newer:
        _take(row=row, parcel=parcel)
        row.source_updated_at, row.source_version = stated_at, version
    _keep_times(row=row, parcel=parcel, stated_at=stated_at)
    fit(row)
    return Told(row=row, is_newer=newer, stated_at=stated_at)


def steps_of(*, parcel: FulfillmentSnapshot, stated_at: datetime) -> list[CarrierNews]:
    """What the statement itself says of the parcel's way."""
    if parcel.status not in ON_THE_WAY:
        return []
    return [CarrierNews(key=f"status:{parcel.status}", kind=parcel.status, happened_at=stated_at)]


def _take(*, row: Fulfillment, parcel: FulfillmentSnapshot) -> None:
    row.carrier = parcel.carrier or row.carrier
    row.tracking_number = normalize_tracking_number(parcel.tracking_number)
    row.tracking_url = parcel.tracking_url or row.tracking_url
    row.pickup_point = plain(parcel.pickup_point)
    row.source_status = parcel.status
    row.source_lines = [[line, str(quantity(amount))] for line, amount in sorted(parcel.lines)]


def _keep_times(*, row: Fulfillment, parcel: FulfillmentSnapshot, stated_at: datetime) -> None:
    arrived = parcel.delivered_at
    if parcel.status == Fulfillment.Status.DELIVERED:
        arrived = arrived or stated_at
    left = parcel.shipped_at
    if left is None and parcel.status in LEFT:
        left = arrived or stated_at
    row.delivered_at = earliest(row.delivered_at, arrived)
    row.shipped_at = earliest(row.shipped_at, left, arrived)


def _keep_way(*, order: Order, parcel: FulfillmentSnapshot, told: Told, now: datetime) -> None:
    name = parcel_name(order=order, external_id=told.row.external_id)
    if steps := steps_of(parcel=parcel, stated_at=told.stated_at):
        keep_tracking(
            store_id=order.store_id,
            source=order.source,
            tracking_number=name,
            checkpoints=steps,
            now=now,
        )
    if parcel.estimated_at is not None:
        keep_estimate(
            store_id=order.store_id,
            source=order.source,
            tracking_number=name,
            estimated_at=parcel.estimated_at,
            stated_at=told.stated_at,
            now=now,
        )
