"""News of parcels on their way: each kept once, under the number or name that it came with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models.functions import Least

from orders.models import Fulfillment, Order, TrackingEvent
from orders.operations.fit_row import fingerprint, fit

KINDS = frozenset({*Fulfillment.Status.values, "in_transit", "info", "exception"})
ESTIMATE = "estimate "  # raw_status of a row that names a day: "estimate 2026-03-05T17:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One piece of news, ready to be kept."""

    key: str
    kind: str
    happened_at: datetime
    raw_status: str = ""
    message: str = ""
    place: str = ""


def parcel_name(*, order: Order, external_id: str) -> str:
    """What news is kept under that names order and parcel instead of a tracking number."""
    return name_of(source=order.source, order_id=order.external_id, parcel_id=external_id)


def name_of(*, source: str, order_id: str, parcel_id: str) -> str:
    """As `parcel_name`, of ids alone. Without `parcel_id`: of every parcel of the order."""
    name = f"{source}:{order_id}/{parcel_id}"
    return name if len(name) <= 120 else fingerprint(name)


def hold_number(*, store_id: int, tracking_number: str) -> None:
    """Until the transaction ends nobody else attaches news to this number.

    Without it, news and parcel arriving in the same instant would not see each other. SQLite has
    one writer at a time anyway.
    """
    if connection.vendor == "postgresql" and tracking_number:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"parcel:{store_id}:{tracking_number}"],
            )


def keep_tracking(
    *,
    store_id: int,
    source: str,
    tracking_number: str,
    checkpoints: Sequence[Checkpoint],
    now: datetime,
) -> None:
    """Keep each checkpoint once; of one told twice at different times the earlier counts."""
    hold_number(store_id=store_id, tracking_number=tracking_number)
    rows: dict[str, TrackingEvent] = {}
    for told in sorted(checkpoints, key=lambda told: told.happened_at, reverse=True):
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
        rows[row.key] = row
    known = TrackingEvent.objects.filter(
        store_id=store_id, source=source, tracking_number=tracking_number
    )
    held = dict(known.filter(key__in=rows).values_list("key", "happened_at"))
    TrackingEvent.objects.bulk_create([row for key, row in rows.items() if key not in held])
    for key, happened_at in held.items():
        if rows[key].happened_at < happened_at:
            known.filter(key=key).update(happened_at=Least("happened_at", rows[key].happened_at))


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
    text = estimated_at.astimezone(UTC).isoformat()
    named = TrackingEvent(
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
    if not TrackingEvent.objects.insert_new([named]):
        TrackingEvent.objects.filter(
            store_id=store_id,
            source=source,
            tracking_number=tracking_number,
            key=named.key,
            happened_at__lt=stated_at,
        ).update(happened_at=stated_at)
