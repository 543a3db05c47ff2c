"""AfterShip's tracking webhooks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from orders.ingest.reading import (
    as_object,
    first_text,
    identifier,
    link,
    moment,
    needed_moment,
    objects,
    promised_day,
    read_json,
    require,
    text,
)
from orders.ingest.signatures import signed_base64
from orders.ingest.snapshots import CarrierNews, Ignored, News, ShipmentUpdate
from orders.ingest.source import Headers, Source, body_hash, key_of

KINDS = {
    "Pending": "info",
    "InfoReceived": "info",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "delivery_failed",
    "AvailableForPickup": "ready_for_pickup",
    "Delivered": "delivered",
    "Exception": "exception",
    "Expired": "info",
}
# Sub-states in which the parcel is on its way back to the shop.
GOING_BACK = {"Exception_010", "Exception_011"}


class AfterShip(Source):
    name = "aftership"
    label = "AfterShip"

    def clicks(self, *, url: str, secret: str) -> str:
        return (
            "In AfterShip Tracking: Settings → Notifications → Webhooks → Add webhook.\n"
            "  Trigger: all tracking updates.\n"
            f"  URL: {url}\n"
            "AfterShip shows a webhook secret there. Give it to us:  manage.py connect aftership "
            "--store <store> --secret <that text>"
        )

    def is_genuine(
        self, *, body: bytes, headers: Headers, secrets: Sequence[str], now: datetime
    ) -> bool:
        signature = headers.get("aftership-hmac-sha256", "")
        return signed_base64(body=body, signature=signature, secrets=secrets)

    def topic(self, *, body: bytes, headers: Headers) -> str:
        return "tracking"

    def dedup_key(self, *, body: bytes, headers: Headers, topic: str) -> str:
        return key_of("body", body_hash(body))

    def parse(
        self,
        *,
        topic: str,
        body: bytes,
        headers: Headers,
        received_at: datetime,
        currency: str = "",
    ) -> list[News]:
        read = as_object(read_json(body), what="The body")
        require(read, "event", "msg", what="AfterShip webhook")
        if text(read["event"]) != "tracking_update":
            return [Ignored(f"Nothing here follows from {text(read['event'], limit=80)}.")]
        return [_shipment(as_object(read["msg"], what="msg"))]


def _shipment(message: dict[str, Any]) -> ShipmentUpdate:
    expected = message.get("order_promised_delivery_date") or message.get("expected_delivery")
    links = [message.get("courier_tracking_link"), message.get("aftership_tracking_url")]
    return ShipmentUpdate(
        source=AfterShip.name,
        tracking_number=identifier(message.get("tracking_number"), what="tracking_number"),
        carrier=text(message.get("slug"), limit=120),
        tracking_url=next((found for value in links if (found := link(value))), ""),
        estimated_at=promised_day(expected, what="expected_delivery"),
        news=tuple(
            _checkpoint(point, going_back=message.get("return_to_sender") is True)
            for point in objects(message.get("checkpoints"), what="checkpoints")
        ),
    )


def _checkpoint(point: dict[str, Any], *, going_back: bool) -> CarrierNews:
    """One checkpoint. Its time has no zone unless the carrier gives one; it is read as UTC then,
    as AfterShip's own clients do, which is right to within half a day."""
    tag, subtag = text(point.get("tag"), limit=60), text(point.get("subtag"), limit=60)
    happened_at = moment(point.get("checkpoint_time"), what="checkpoint_time") or needed_moment(
        point.get("created_at"), what="A checkpoint's created_at"
    )
    kind = KINDS.get(tag, "unknown")
    if subtag in GOING_BACK or (going_back and kind in {"in_transit", "exception"}):
        kind = "returning"
    message = first_text([point.get("message"), point.get("subtag_message")], limit=500)
    place = text(point.get("location"), limit=200)
    return CarrierNews(
        key=body_hash(f"{happened_at.isoformat()}|{tag}|{subtag}|{message}|{place}".encode()),
        kind=kind,
        happened_at=happened_at,
        raw_status=subtag or tag,
        message=message,
        place=place,
    )
