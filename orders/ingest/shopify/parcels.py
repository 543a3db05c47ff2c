"""Shopify's fulfillments/* and fulfillment_events/* bodies."""

from datetime import datetime
from typing import Any

from orders.ingest.reading import (
    first_text,
    identifier,
    link,
    maybe_identifier,
    moment,
    needed_moment,
    objects,
    promised_day,
    quantity,
    require,
    text,
)
from orders.ingest.shopify.fields import SOURCE, check_kind, unwrapped
from orders.ingest.snapshots import (
    CarrierNews,
    FulfillmentSnapshot,
    FulfillmentUpdate,
    Ignored,
    News,
    ShipmentUpdate,
)

# Where the parcel is (`shipment_status`) says more than how the fulfillment went (`status`). A bought
# label does not hold the shipping mail back: many carriers never report anything after it.
ON_THE_WAY = {
    "in_transit": "shipped",
    "out_for_delivery": "out_for_delivery",
    "attempted_delivery": "delivery_failed",
    "failure": "delivery_failed",
    "ready_for_pickup": "ready_for_pickup",
    "delivered": "delivered",
}
OUTCOMES = {
    "success": "shipped",
    "pending": "preparing",
    "open": "preparing",
    "cancelled": "canceled",
    "error": "canceled",
    "failure": "canceled",
}
CHECKPOINTS = {
    "label_printed": "info",
    "label_purchased": "info",
    "confirmed": "info",
    "picked_up": "in_transit",
    "carrier_picked_up": "in_transit",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "attempted_delivery": "delivery_failed",
    "failure": "delivery_failed",
    "delayed": "exception",
    "ready_for_pickup": "ready_for_pickup",
    "delivered": "delivered",
}


def read_fulfillment(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """fulfillments/create and update."""
    body = unwrapped(body, "fulfillment")
    require(
        body,
        "id",
        "order_id",
        "status",
        "line_items",
        "tracking_company",
        what="Shopify fulfillment",
    )
    check_kind(body, "Fulfillment")
    return [
        FulfillmentUpdate(
            source=SOURCE,
            order_external_id=identifier(body["order_id"], what="order_id"),
            fulfillment=fulfillment_snapshot(body),
        )
    ]


def fulfillment_snapshot(body: dict[str, Any]) -> FulfillmentSnapshot:
    """One parcel, on its own or inside its order."""
    updated_at = moment(body.get("updated_at"), what="updated_at")
    outcome = OUTCOMES.get(text(body.get("status")), "preparing")
    place = ON_THE_WAY.get(text(body.get("shipment_status")))
    status = place if place and outcome != "canceled" else outcome
    left = status not in {"preparing", "canceled"}
    return FulfillmentSnapshot(
        external_id=identifier(body.get("id"), what="A fulfillment's id"),
        status=status,
        updated_at=updated_at,
        carrier=text(body.get("tracking_company"), limit=120),
        tracking_number=_first(body, "tracking_number", "tracking_numbers", limit=120),
        tracking_url=link(_first(body, "tracking_url", "tracking_urls", limit=1000)),
        shipped_at=moment(body.get("created_at"), what="created_at") if left else None,
        delivered_at=updated_at if status == "delivered" else None,
        estimated_at=promised_day(body.get("estimated_delivery_at"), what="estimated_delivery_at"),
        lines=tuple(
            (
                identifier(line.get("id"), what="A line's id"),
                quantity(line.get("quantity"), what="A line's quantity"),
            )
            for line in objects(body.get("line_items"), what="line_items")
        ),
    )


def _first(body: dict[str, Any], one: str, many: str, *, limit: int) -> str:
    listed = body.get(many)
    return first_text([body.get(one), *(listed if isinstance(listed, list) else [])], limit=limit)


def read_event(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """fulfillment_events/create: a checkpoint of a parcel named by its order, without a number."""
    body = unwrapped(body, "fulfillment_event")
    require(
        body,
        "id",
        "order_id",
        "fulfillment_id",
        "status",
        "happened_at",
        what="Shopify fulfillment event",
    )
    check_kind(body, "FulfillmentEvent")
    status = text(body["status"], limit=120)
    place = ", ".join(
        filter(None, (text(body.get(key), limit=80) for key in ("city", "province", "country")))
    )
    return [
        ShipmentUpdate(
            source=SOURCE,
            tracking_number="",
            estimated_at=promised_day(
                body.get("estimated_delivery_at"), what="estimated_delivery_at"
            ),
            news=(
                CarrierNews(
                    key=identifier(body["id"], what="id")[:64],
                    kind=CHECKPOINTS.get(status, "unknown"),
                    happened_at=needed_moment(body["happened_at"], what="happened_at"),
                    raw_status=status,
                    message=text(body.get("message"), limit=500),
                    place=place[:200],
                ),
            ),
            order_source=SOURCE,
            order_external_id=identifier(body["order_id"], what="order_id"),
            fulfillment_external_id=maybe_identifier(body["fulfillment_id"]),
        )
    ]


def read_event_deletion(
    *, body: dict[str, Any], received_at: datetime, currency: str
) -> list[News]:
    """fulfillment_events/delete: a checkpoint that was shown cannot be unseen."""
    return [Ignored("Checkpoints that the customer may have seen are kept.")]
