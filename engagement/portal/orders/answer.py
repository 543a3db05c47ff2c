"""Where is it? The one sentence that the order page begins with, and the stations of the way.

Pure: rows in, plain answers out. A page says them in words (`words.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from orders.models import Fulfillment, Order, OrderLine, TrackingEvent

Status = Fulfillment.Status
GONE = (Status.CANCELED,)
# What a customer must act upon comes before what will happen by itself.
URGENT = (
    Status.DELIVERY_FAILED,
    Status.RETURNING,
    Status.READY_FOR_PICKUP,
    Status.OUT_FOR_DELIVERY,
)
STATIONS = ("ordered", "packing", "on_its_way", "at_the_door", "arrived")


@dataclass(frozen=True, slots=True)
class Answer:
    """The headline: what is the case, and the day or place that belongs to it.

    `key` is one of canceled, deleted, delivered, delivery_failed, returning, ready_for_pickup,
    out_for_delivery, late, arriving, on_its_way, partly_on_its_way, promised, unpaid, ordered,
    immaterial (nothing of it is sent).
    """

    key: str
    day: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """One of the five places on the way; `at` when it was reached, None when it was not or nobody says."""

    key: str
    at: datetime | None
    is_reached: bool
    is_current: bool


def answer_for(
    *,
    order: Order,
    lines: Sequence[OrderLine],
    parcels: Sequence[Fulfillment],
    zone: ZoneInfo,
    now: datetime,
) -> Answer:
    """What the customer wants to know first. Days are those of `zone`."""
    if order.deleted_at is not None:
        return Answer("deleted")
    if order.status == Order.Status.CANCELED:
        return Answer("canceled", _day(order.canceled_at, zone))
    living = [parcel for parcel in parcels if parcel.status not in GONE]
    if order.fulfillment_status == Order.FulfillmentState.DELIVERED:
        arrived = order.delivered_at or max(
            (parcel.delivered_at for parcel in living if parcel.delivered_at), default=None
        )
        return Answer("delivered", _day(arrived, zone))
    for status in URGENT:
        for parcel in living:
            if parcel.status == status:
                return _urgent(parcel, zone)
    if lines and not any(line.needs_shipping for line in lines) and not living:
        return Answer("immaterial")
    return _expected(order=order, living=living, zone=zone, now=now)


def _urgent(parcel: Fulfillment, zone: ZoneInfo) -> Answer:
    point = parcel.pickup_point or {}
    if parcel.status in (Status.READY_FOR_PICKUP, Status.RETURNING):
        until = _read_day(point.get("collect_by"), zone)
        return Answer(parcel.status, until, str(point.get("name") or ""))
    return Answer(parcel.status)


def _expected(
    *, order: Order, living: Sequence[Fulfillment], zone: ZoneInfo, now: datetime
) -> Answer:
    """The day when the last of it should be here, and whether that day is over."""
    today = now.astimezone(zone).date()
    moving = [parcel for parcel in living if parcel.status != Status.DELIVERED]
    days = [day for parcel in moving if (day := _day(parcel.estimated_at, zone))]
    estimate = max(days, default=None)
    promised = _day(order.promised_at, zone)
    if estimate is not None and estimate >= today:
        is_late = promised is not None and estimate > promised
        return Answer("late" if is_late else "arriving", estimate)
    if any(day is not None and day < today for day in (estimate, promised)):
        return Answer("late")
    if order.delay_told_at is not None and order.delivered_at is None:
        return Answer("late", promised)
    if any(parcel.status != Status.PREPARING for parcel in living):
        is_whole = order.fulfillment_status != Order.FulfillmentState.PARTIAL
        return Answer("on_its_way" if is_whole else "partly_on_its_way", promised)
    if order.payment_status in (Order.Payment.PENDING, Order.Payment.FAILED):
        return Answer("unpaid")
    return Answer("promised", promised) if promised else Answer("ordered")


def stations_of(
    *,
    order: Order,
    parcels: Sequence[Fulfillment],
    tracking: Mapping[int, Sequence[TrackingEvent]],
) -> list[Station]:
    """The way in five plain stations; none for an order that goes nowhere any more.

    Of several parcels the slowest counts: an order has arrived when all of it has.
    """
    living = [parcel for parcel in parcels if parcel.status not in GONE]
    if not order.is_standing:
        return []
    moving = [parcel for parcel in living if parcel.status != Status.PREPARING]
    is_whole = bool(moving) and order.fulfillment_status in (
        Order.FulfillmentState.FULFILLED,
        Order.FulfillmentState.DELIVERED,
    )
    arrived = order.fulfillment_status == Order.FulfillmentState.DELIVERED
    at_door = is_whole and all(
        parcel.status in (Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP, Status.DELIVERED)
        for parcel in living
    )
    paid = order.payment_status not in (Order.Payment.PENDING, Order.Payment.FAILED)
    reached = {
        "ordered": True,
        "packing": paid or bool(moving) or arrived,
        "on_its_way": is_whole or arrived,
        "at_the_door": at_door or arrived,
        "arrived": arrived,
    }
    times = {
        "ordered": order.placed_at,
        "packing": order.paid_at,
        "on_its_way": max((p.shipped_at for p in moving if p.shipped_at), default=None),
        "at_the_door": max(
            (
                news.happened_at
                for parcel in living
                for news in tracking.get(parcel.pk, ())
                if news.kind in (Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP)
            ),
            default=None,
        ),
        "arrived": order.delivered_at,
    }
    last = max(number for number, key in enumerate(STATIONS) if reached[key])
    return [
        Station(
            key=key,
            at=times[key] if reached[key] else None,
            is_reached=number <= last,
            is_current=number == last,
        )
        for number, key in enumerate(STATIONS)
    ]


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment is not None else None


def _read_day(text: object, zone: ZoneInfo) -> date | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        return datetime.fromisoformat(text).astimezone(zone).date()
    except ValueError:
        return None
