"""When goods arrived, as far as anybody knows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orders.models import Fulfillment, Order, OrderLine, ReturnPolicy

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Arrival:
    """`is_known`: somebody said so. Otherwise it is reckoned from the dispatch."""

    at: datetime
    is_known: bool


def arrival_of(
    *, order: Order, line: OrderLine | None, parcels: Sequence[Fulfillment], transit_days: int
) -> Arrival | None:
    """When this line (None: the whole order) arrived; None where nothing of it was sent.

    Of several parcels the last counts. A parcel that does not say what it holds counts as holding
    everything.
    """
    standing = [p for p in parcels if p.status != Fulfillment.Status.CANCELED]
    holding = [p for p in standing if line is None or _holds(p, line)]
    sent = [p for p in holding if p.shipped_at is not None or p.delivered_at is not None]
    if not sent:
        return _told_by_order(order, transit_days=transit_days) if not standing else None
    moments = [_of_parcel(parcel, transit_days=transit_days) for parcel in sent]
    waits = line is None and order.fulfillment_status != Order.FulfillmentState.DELIVERED
    latest = max(moment.at for moment in moments)
    return Arrival(latest, is_known=all(m.is_known for m in moments) and not waits)


def dispatch_of(*, line: OrderLine, parcels: Sequence[Fulfillment], otherwise: Arrival) -> Arrival:
    """When the last parcel with this line left; the arrival where nobody said so."""
    sent = [p.shipped_at for p in parcels if p.shipped_at is not None and _holds(p, line)]
    return Arrival(max(sent), is_known=True) if sent else otherwise


def last_day(*, arrival: Arrival, policy: ReturnPolicy, zone: ZoneInfo) -> date:
    """The last day of the window, in the customer's zone: the day itself does not count."""
    return arrival.at.astimezone(zone).date() + timedelta(days=policy.window_days)


def working_day(day: date) -> date:
    """The day, or the Monday after where it is a Saturday or a Sunday (Regulation 1182/71 art. 3(4)).

    Public holidays are not known here; a shop is free to take a withdrawal a day later.
    """
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


def is_past(*, day: date, zone: ZoneInfo, now: datetime) -> bool:
    """Whether the whole of that local day is over."""
    return now >= datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def _holds(parcel: Fulfillment, line: OrderLine) -> bool:
    return not parcel.source_lines or any(
        name == line.external_id for name, _quantity in parcel.source_lines
    )


def _of_parcel(parcel: Fulfillment, *, transit_days: int) -> Arrival:
    if parcel.delivered_at is not None or parcel.shipped_at is None:
        return Arrival(parcel.delivered_at or parcel.created_at, is_known=True)
    reckoned = parcel.shipped_at + timedelta(days=transit_days)
    return Arrival(max(reckoned, parcel.estimated_at or reckoned), is_known=False)


def _told_by_order(order: Order, *, transit_days: int) -> Arrival | None:
    """Old files know that an order was sent or delivered, and no parcels."""
    if order.delivered_at is not None:
        return Arrival(order.delivered_at, is_known=True)
    state = Order.FulfillmentState
    if order.fulfillment_status in (state.FULFILLED, state.DELIVERED):
        return Arrival(order.placed_at + timedelta(days=transit_days), is_known=False)
    return None
