"""The headline of an order's page, and the five stations: what is said of which state."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from engagement.portal.orders.answer import answer_for, stations_of
from orders.models import Fulfillment, Order, OrderLine, TrackingEvent
from tests.conftest import NOON

ZONE = ZoneInfo("Europe/Prague")
DAY = timedelta(days=1)
Status = Fulfillment.Status


def order(**fields) -> Order:
    known = {"placed_at": NOON - DAY, "payment_status": "paid", "source_updated_at": NOON}
    return Order(**{**known, **fields})


def parcel(status: str = Status.SHIPPED, **fields) -> Fulfillment:
    return Fulfillment(pk=fields.pop("pk", 1), status=status, **fields)


def said(one: Order, *parcels: Fulfillment, needs_shipping: bool = True) -> tuple[str, date | None]:
    lines = [OrderLine(needs_shipping=needs_shipping)]
    answer = answer_for(order=one, lines=lines, parcels=parcels, zone=ZONE, now=NOON)
    return answer.key, answer.day


TODAY = NOON.date()
SENT = {"fulfillment_status": "fulfilled"}
ARRIVED = {"fulfillment_status": "delivered", "delivered_at": NOON}


@pytest.mark.parametrize(
    ("what", "parcels", "expected"),
    [
        ({}, [], ("ordered", None)),
        ({"payment_status": "pending"}, [], ("unpaid", None)),
        ({"promised_at": NOON + 3 * DAY}, [], ("promised", TODAY + 3 * DAY)),
        ({"promised_at": NOON - DAY}, [], ("late", None)),
        (SENT, [parcel()], ("on_its_way", None)),
        ({"fulfillment_status": "partial"}, [parcel()], ("partly_on_its_way", None)),
        (SENT, [parcel(estimated_at=NOON + DAY)], ("arriving", TODAY + DAY)),
        (
            {**SENT, "promised_at": NOON},
            [parcel(estimated_at=NOON + DAY)],
            ("late", TODAY + DAY),
        ),
        (SENT, [parcel(estimated_at=NOON - DAY)], ("late", None)),
        ({**SENT, "delay_told_at": NOON}, [parcel()], ("late", None)),
        (
            SENT,
            [parcel(estimated_at=NOON), parcel(pk=2, estimated_at=NOON + 2 * DAY)],
            ("arriving", TODAY + 2 * DAY),
        ),
        (SENT, [parcel(Status.OUT_FOR_DELIVERY)], ("out_for_delivery", None)),
        (
            SENT,
            [parcel(Status.OUT_FOR_DELIVERY), parcel(Status.DELIVERY_FAILED, pk=2)],
            ("delivery_failed", None),
        ),
        (
            SENT,
            [parcel(Status.READY_FOR_PICKUP, pickup_point={"collect_by": "2026-03-09"})],
            ("ready_for_pickup", date(2026, 3, 9)),
        ),
        (SENT, [parcel(Status.RETURNING)], ("returning", None)),
        (ARRIVED, [parcel(Status.DELIVERED)], ("delivered", TODAY)),
        ({"status": "canceled", "canceled_at": NOON}, [parcel()], ("canceled", TODAY)),
        ({"deleted_at": NOON}, [], ("deleted", None)),
        (SENT, [parcel(Status.CANCELED)], ("ordered", None)),
    ],
)
def test_the_page_begins_with_what_the_customer_wants_to_know(what, parcels, expected):
    assert said(order(**what), *parcels) == expected


def test_what_is_not_sent_is_not_on_its_way():
    assert said(order(), needs_shipping=False) == ("immaterial", None)


@pytest.mark.parametrize("odd", ["", "soon", 5, None, "2026-13-40"])
def test_an_odd_day_of_a_carrier_is_no_day(odd):
    point = {"collect_by": odd, "name": "Box"}
    one = parcel(Status.READY_FOR_PICKUP, pickup_point=point)
    answer = answer_for(order=order(**SENT), lines=[], parcels=[one], zone=ZONE, now=NOON)
    assert (answer.key, answer.day, answer.place) == ("ready_for_pickup", None, "Box")


def reached(one: Order, *parcels: Fulfillment, tracking=()) -> str:
    news = {1: tracking}
    stations = stations_of(order=one, parcels=parcels, tracking=news)
    assert [s.is_reached for s in stations] == sorted(
        (s.is_reached for s in stations), reverse=True
    )
    return next(station.key for station in stations if station.is_current)


@pytest.mark.parametrize(
    ("what", "parcels", "expected"),
    [
        ({"payment_status": "pending"}, [], "ordered"),
        ({}, [], "packing"),
        ({"fulfillment_status": "partial"}, [parcel()], "packing"),
        (SENT, [parcel()], "on_its_way"),
        (SENT, [parcel(), parcel(Status.OUT_FOR_DELIVERY, pk=2)], "on_its_way"),
        (SENT, [parcel(Status.OUT_FOR_DELIVERY)], "at_the_door"),
        (SENT, [parcel(Status.DELIVERED), parcel(Status.READY_FOR_PICKUP, pk=2)], "at_the_door"),
        (ARRIVED, [parcel(Status.DELIVERED)], "arrived"),
        (ARRIVED, [], "arrived"),
    ],
)
def test_the_slowest_parcel_says_how_far_the_order_is(what, parcels, expected):
    assert reached(order(**what), *parcels) == expected


def test_stations_carry_the_times_that_are_known():
    news = [TrackingEvent(kind=Status.OUT_FOR_DELIVERY, happened_at=NOON)]
    one = order(**SENT, paid_at=NOON - DAY)
    way = parcel(Status.OUT_FOR_DELIVERY, shipped_at=NOON - DAY / 2)
    stations = stations_of(order=one, parcels=[way], tracking={1: news})
    assert [station.at for station in stations] == [
        NOON - DAY,
        NOON - DAY,
        NOON - DAY / 2,
        NOON,
        None,
    ]


def test_a_canceled_order_is_on_no_way():
    assert stations_of(order=order(status="canceled"), parcels=[], tracking={}) == []
