"""What WooCommerce says of the way: ``completed``, and the shipment tracking plug-in's meta data."""

from datetime import UTC, datetime
from typing import Any

from orders.ingest.reading import first_text, link, moment, objects, text
from orders.ingest.snapshots import FulfillmentSnapshot, Unreadable
from orders.ingest.source import body_hash
from orders.ingest.woocommerce.fields import when

TRACKING = "_wc_shipment_tracking_items"
COLLECTED = {"local_pickup", "pickup_location"}
WHOLE_ORDER = "whole-order"


def parcels(
    body: dict[str, Any], extra: dict[str, Any], *, status: str, ships: list[dict[str, Any]]
) -> tuple[FulfillmentSnapshot, ...]:
    """The parcels of an order. None says what it holds, so each stands for the whole order.

    Without the plug-in, ``completed`` is the shop's word that everything has been handed over.
    """
    items = extra.get(TRACKING)
    updated_at = when(body, "date_modified")
    tracked = tuple(
        _tracked(item, updated_at=updated_at)
        for item in objects(items if isinstance(items, list) else None, what=TRACKING)
    )
    if tracked or status != "completed" or not ships:
        return tracked
    done_at = when(body, "date_completed") or updated_at
    collected = all(text(line.get("method_id")) in COLLECTED for line in ships)
    return (
        FulfillmentSnapshot(
            external_id=WHOLE_ORDER,
            status="delivered" if collected else "shipped",
            updated_at=updated_at,
            shipped_at=done_at,
            delivered_at=done_at if collected else None,
        ),
    )


def _tracked(item: dict[str, Any], *, updated_at: datetime | None) -> FulfillmentSnapshot:
    number = text(item.get("tracking_number"), limit=120)
    carrier = first_text(
        [
            item.get("formatted_tracking_provider"),
            item.get("tracking_provider"),
            item.get("custom_tracking_provider"),
        ],
        limit=120,
    )
    links = [
        item.get(name)
        for name in ("formatted_tracking_link", "tracking_link", "custom_tracking_link")
    ]
    named = text(item.get("tracking_id"), limit=120)
    return FulfillmentSnapshot(
        external_id=named or body_hash(f"{carrier} {number}".encode())[:32],
        status="shipped",
        updated_at=updated_at,
        carrier=carrier,
        tracking_number=number,
        tracking_url=next((found for value in links if (found := link(value))), ""),
        shipped_at=_shipped(item.get("date_shipped")) or updated_at,
    )


def _shipped(value: Any) -> datetime | None:
    """The plug-in stores Unix seconds; its REST route shows a day. Noon is that day everywhere."""
    written = text(value, limit=20)
    if written.isdigit():
        try:
            return datetime.fromtimestamp(int(written), tz=UTC)
        except (OverflowError, OSError, ValueError):
            return None
    try:
        read = moment(written, what="date_shipped")
    except Unreadable:
        return None
    return read.replace(hour=12) if read else None
