"""Our own types ``fulfillment``, ``tracking`` and ``refund``, and their forms inside an order."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from core.money import NOTHING
from orders.ingest.generic.fields import SOURCE, id_of, one_of, only, time_of
from orders.ingest.reading import (
    currency_code,
    identifier,
    link,
    moment,
    money,
    objects,
    promised_day,
    quantity,
    text,
)
from orders.ingest.snapshots import (
    CarrierNews,
    FulfillmentSnapshot,
    FulfillmentUpdate,
    News,
    RefundSnapshot,
    RefundUpdate,
    ShipmentUpdate,
    Unreadable,
)
from orders.ingest.source import body_hash

STATUSES = (
    "preparing",
    "shipped",
    "out_for_delivery",
    "ready_for_pickup",
    "delivery_failed",
    "returning",
    "delivered",
    "canceled",
)
KINDS = (*STATUSES[1:7], "in_transit", "info", "exception", "unknown")
PARCEL = frozenset(
    [
        "id",
        "status",
        "updated_at",
        "carrier",
        "tracking_number",
        "tracking_url",
        "pickup_point",
        "shipped_at",
        "delivered_at",
        "estimated_at",
        "lines",
    ]
)
PARCEL_LINE = frozenset({"id", "quantity"})
PICKUP_POINT = frozenset(
    ["name", "street", "city", "postcode", "country", "opening_hours", "url", "code"]
)
TRACKING = frozenset(
    [
        "tracking_number",
        "carrier",
        "tracking_url",
        "estimated_at",
        "order_id",
        "fulfillment_id",
        "events",
    ]
)
TRACKING_EVENT = frozenset(["id", "kind", "happened_at", "raw_status", "message", "place"])
REFUND = frozenset(["id", "amount", "happened_at", "reason", "lines", "deleted"])
REFUND_LINE = frozenset(["id", "quantity", "amount"])


def read_fulfillment(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """News of one parcel, told apart from its order."""
    body = only(data, PARCEL | {"order_id"}, what="fulfillment")
    order_id = id_of(body, "order_id", what="fulfillment")
    inner = {key: value for key, value in body.items() if key != "order_id"}
    return [FulfillmentUpdate(source=SOURCE, order_external_id=order_id, fulfillment=parcel(inner))]


def parcel(value: Any) -> FulfillmentSnapshot:
    """One parcel. Without lines it holds the whole order."""
    body = only(value, PARCEL, what="fulfillment")
    return FulfillmentSnapshot(
        external_id=id_of(body, what="fulfillment"),
        status=one_of(body.get("status"), STATUSES, what="fulfillment's status"),
        updated_at=moment(body.get("updated_at"), what="The fulfillment's updated_at"),
        carrier=text(body.get("carrier"), limit=120),
        tracking_number=text(body.get("tracking_number"), limit=120),
        tracking_url=link(body.get("tracking_url")),
        pickup_point=_pickup_point(body.get("pickup_point")),
        shipped_at=moment(body.get("shipped_at"), what="shipped_at"),
        delivered_at=moment(body.get("delivered_at"), what="delivered_at"),
        estimated_at=promised_day(body.get("estimated_at"), what="estimated_at"),
        lines=tuple(
            (id_of(line, what="fulfillment line"), _pieces(line, what="fulfillment line"))
            for line in _lines(body, PARCEL_LINE, what="fulfillment line")
        ),
    )


def _pickup_point(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    body = only(value, PICKUP_POINT, what="pickup_point")
    return {name: text(said) for name, said in body.items() if text(said)}


def _lines(body: dict[str, Any], allowed: frozenset[str], *, what: str) -> list[dict[str, Any]]:
    return [only(line, allowed, what=what) for line in objects(body.get("lines"), what="lines")]


def _pieces(line: dict[str, Any], *, what: str) -> Decimal:
    return quantity(line.get("quantity"), what=f"The {what}'s quantity")


def read_tracking(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """What a carrier says of a tracking number, or of a parcel named by its order."""
    body = only(data, TRACKING, what="tracking")
    number = text(body.get("tracking_number"), limit=120)
    order_id = text(body.get("order_id"), limit=120)
    if not number and not order_id:
        raise Unreadable("The tracking names no parcel: give a tracking_number or an order_id.")
    return [
        ShipmentUpdate(
            source=SOURCE,
            tracking_number=number,
            carrier=text(body.get("carrier"), limit=120),
            tracking_url=link(body.get("tracking_url")),
            estimated_at=promised_day(body.get("estimated_at"), what="estimated_at"),
            news=tuple(_event(one) for one in objects(body.get("events"), what="events")),
            order_source=SOURCE if order_id else "",
            order_external_id=order_id,
            fulfillment_external_id=text(body.get("fulfillment_id"), limit=120),
        )
    ]


def _event(value: Any) -> CarrierNews:
    body = only(value, TRACKING_EVENT, what="tracking event")
    happened_at = time_of(body, "happened_at", what="tracking event")
    kind = one_of(body.get("kind"), KINDS, what="tracking event's kind")
    message = text(body.get("message"), limit=500)
    place = text(body.get("place"), limit=200)
    key = text(body.get("id"), limit=120)
    if not key or len(key) > 64:
        key = body_hash(f"{key}|{happened_at.isoformat()}|{kind}|{message}|{place}".encode())
    return CarrierNews(
        key=key,
        kind=kind,
        happened_at=happened_at,
        raw_status=text(body.get("raw_status"), limit=120),
        message=message,
        place=place,
    )


def read_refund(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """One refund, told apart from its order."""
    body = only(data, REFUND | {"order_id", "currency"}, what="refund")
    code = currency_code(body.get("currency") or currency)
    inner = {key: value for key, value in body.items() if key not in {"order_id", "currency"}}
    return [
        RefundUpdate(
            source=SOURCE,
            order_external_id=id_of(body, "order_id", what="refund"),
            currency=code,
            refund=refund(inner, currency=code),
        )
    ]


def refund(value: Any, *, currency: str) -> RefundSnapshot:
    """One refund; its amount is positive."""
    body = only(value, REFUND, what="refund")
    amount = money(body.get("amount"), currency=currency, what="The refund's amount")
    if amount.minor < 0:
        raise Unreadable("The refund's amount is negative; write what was given back.")
    return RefundSnapshot(
        external_id=id_of(body, what="refund"),
        amount=amount,
        happened_at=time_of(body, "happened_at", what="refund"),
        reason=text(body.get("reason")),
        lines=tuple(
            (
                identifier(line.get("id"), what="The refund line's id"),
                _pieces(line, what="refund line"),
                money(line.get("amount"), currency=currency, what="The refund line's amount")
                if line.get("amount") is not None
                else NOTHING,
            )
            for line in _lines(body, REFUND_LINE, what="refund line")
        ),
        deleted=body.get("deleted") is True,
    )
