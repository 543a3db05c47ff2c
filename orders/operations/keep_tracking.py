"""News of parcels on their way: each kept once, under the number or name that it came with."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from django.db import connection

from orders.ingest.snapshots import CarrierNews
from orders.models import Fulfillment, Order, TrackingEvent
from orders.models.fulfillment import ESTIMATE
from orders.operations.fit_row import fingerprint, fit

KINDS = frozenset({*Fulfillment.Status.values, "in_transit", "info", "exception"})


def parcel_name(*, order: Order, external_id: str) -> str:
    """What news is kept under that names order and parcel instead of a tracking number."""
    return name_of(source=order.source, order_id=order.external_id, parcel_id=external_id)


def name_of(*, source: str, order_id: str, parcel_id: str) -> str:
    """As `parcel_name`, of ids alone. Without `parcel_id`: of every parcel of the order."""
    name = f"{source}:{order_id}/{parcel_id}"
    return name if len(name) <= 120 else fingerprint(name)


def hold_numbers(*, store_id: int, tracking_numbers: Collection[str]) -> None:
    """Until the transaction ends nobody else attaches news to these numbers.

    Without it, news and parcel arriving in the same instant would not see each other. SQLite has
    one writer at a time anyway. Held in one order, so that rivals wait and do not block each other.
    """
    names = [f"parcel:{store_id}:{number}" for number in sorted(tracking_numbers) if number]
    if connection.vendor == "postgresql" and names:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s) AS name",
                [names],
            )


def checkpoint_row(
    *, store_id: int, source: str, tracking_number: str, told: CarrierNews, now: datetime
) -> TrackingEvent:
    """The checkpoint as a row, not written."""
    row = TrackingEvent(
        store_id=store_id,
        source=source,
        tracking_number=tracking_number,
        key=told.key if len(told.key) <= 64 else fingerprint(told.key),
        kind=told.kind if told.kind in KINDS else "unknown",
        raw_status=told.raw_status,
        message=told.message,
        place=told.place,
        happened_at=told.happened_at,
        received_at=now,
    )
    fit(row)
    return row


def estimate_row(
    *,
    store_id: int,
    source: str,
    tracking_number: str,
    estimated_at: datetime,
    stated_at: datetime,
    now: datetime,
) -> TrackingEvent:
    """That the parcel is expected at `estimated_at`, as a row, not written."""
    text = estimated_at.astimezone(UTC).isoformat()
    return TrackingEvent(
        store_id=store_id,
        source=source,
        tracking_number=tracking_number,
        key=f"estimate:{text}",
        kind="info",
        raw_status=f"{ESTIMATE}{text}",
        message=f"Expected on {estimated_at:%Y-%m-%d}",
        happened_at=stated_at,
        received_at=now,
    )


def keep_tracking(
    *,
    store_id: int,
    source: str,
    tracking_number: str,
    checkpoints: Sequence[CarrierNews],
    now: datetime,
) -> None:
    """Keep each checkpoint once; of one told twice at different times the earlier counts."""
    hold_numbers(store_id=store_id, tracking_numbers=[tracking_number])
    rows: dict[str, TrackingEvent] = {}
    for told in sorted(checkpoints, key=lambda told: told.happened_at, reverse=True):
        row = checkpoint_row(
            store_id=store_id, source=source, tracking_number=tracking_number, told=told, now=now
        )
        rows[row.key] = row
    new = TrackingEvent.objects.insert_new(list(rows.values()), key=("key",))
    for row in rows.values():
        if row not in new:
            TrackingEvent.objects.filter(
                store_id=store_id,
                source=source,
                tracking_number=tracking_number,
                key=row.key,
                happened_at__gt=row.happened_at,
            ).update(happened_at=row.happened_at)


def keep_estimate(
    *,
    store_id: int,
    source: str,
    tracking_number: str,
    estimated_at: datetime,
    stated_at: datetime,
    now: datetime,
) -> None:
    """Keep that the parcel is expected at `estimated_at`; of a day named twice, the later naming counts."""
    named = estimate_row(
        store_id=store_id,
        source=source,
        tracking_number=tracking_number,
        estimated_at=estimated_at,
        stated_at=stated_at,
        now=now,
    )
    if not TrackingEvent.objects.insert_new([named]):
        TrackingEvent.objects.filter(
            store_id=store_id,
            source=source,
            tracking_number=tracking_number,
            key=named.key,
            happened_at__lt=stated_at,
        ).update(happened_at=stated_at)
