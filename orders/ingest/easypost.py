"""EasyPost's tracker webhooks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from orders.ingest.reading import (
    as_object,
    first_text,
    identifier,
    link,
    maybe_object,
    needed_moment,
    objects,
    promised_day,
    read_json,
    require,
    text,
)
from orders.ingest.signatures import signed_hex
from orders.ingest.snapshots import CarrierNews, Ignored, News, ShipmentUpdate, Unreadable
from orders.ingest.source import Headers, Source, body_hash, key_of

KINDS = {
    "pre_transit": "info",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "ready_for_pickup",
    "delivered": "delivered",
    "return_to_sender": "returning",
    "failure": "exception",
    "cancelled": "exception",
    "error": "exception",
}
TRACKERS = {"tracker.created", "tracker.updated"}


class EasyPost(Source):
    name = "easypost"
    label = "EasyPost"

    def clicks(self, *, url: str, secret: str) -> str:
        return (
            "In EasyPost: Account Settings → Webhooks & Events → Add Webhook (Production).\n"
            f"  Webhook URL: {url}\n"
            f"  Webhook secret: {secret}"
        )

    def is_genuine(
        self, *, body: bytes, headers: Headers, secrets: Sequence[str], now: datetime
    ) -> bool:
        return signed_hex(
            body=body,
            signature=headers.get("x-hmac-signature", ""),
            secrets=secrets,
            prefix="hmac-sha256-hex=",
        )

    def topic(self, *, body: bytes, headers: Headers) -> str:
        return "event"

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
        require(read, "description", "object", what="EasyPost event")
        if text(read["object"]) != "Event":
            raise Unreadable(f"The body is no EasyPost event but {text(read['object'], limit=60)}.")
        about = text(read["description"], limit=80)
        if about not in TRACKERS:
            return [Ignored(f"Nothing here follows from {about}.")]
        tracker = as_object(read.get("result"), what="The event's result")
        if text(tracker.get("object")) != "Tracker":
            raise Unreadable("The event is about a tracker and carries none.")
        return [_shipment(tracker)]


def _shipment(tracker: dict[str, Any]) -> ShipmentUpdate:
    return ShipmentUpdate(
        source=EasyPost.name,
        tracking_number=identifier(tracker.get("tracking_code"), what="tracking_code"),
        carrier=text(tracker.get("carrier"), limit=120),
        tracking_url=link(tracker.get("public_url")),
        estimated_at=promised_day(tracker.get("est_delivery_date"), what="est_delivery_date"),
        news=tuple(
            _detail(detail)
            for detail in objects(tracker.get("tracking_details"), what="tracking_details")
        ),
    )


def _detail(detail: dict[str, Any]) -> CarrierNews:
    status = text(detail.get("status"), limit=60)
    finer = text(detail.get("status_detail"), limit=59)
    happened_at = needed_moment(detail.get("datetime"), what="A tracking detail's datetime")
    spot = maybe_object(detail.get("tracking_location"))
    parts = (text(spot.get(name), limit=60) for name in ("city", "state", "country"))
    message = first_text([detail.get("message"), detail.get("description")], limit=500)
    place = ", ".join(filter(None, parts))
    return CarrierNews(
        key=body_hash(f"{happened_at.isoformat()}|{status}|{finer}|{message}|{place}".encode()),
        kind=KINDS.get(status, "unknown"),
        happened_at=happened_at,
        raw_status=f"{status} {finer}".strip(),
        message=message,
        place=place[:200],
    )
