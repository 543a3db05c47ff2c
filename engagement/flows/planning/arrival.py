"""When the goods arrived, or will have: what reviews and replenishment count from. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.models import Fulfillment, Order


@dataclass(frozen=True, slots=True)
class Arrival:
    """The arrival of an order. `is_known` when somebody said so, else it is our estimate."""

    at: datetime
    is_known: bool


def arrival_of(
    *, order: Order, parcels: Iterable[Fulfillment], transit_days: int
) -> Arrival | None:
    """When the whole order arrived or should: the last of its parcels. None before any dispatch.

    Without delivery news a parcel counts as arrived on the carrier's estimate, or `transit_days`
    after it left.
    """
    if order.delivered_at is not None:
        return Arrival(at=order.delivered_at, is_known=True)
    expected = [
        moment
        for parcel in parcels
        if parcel.status != Fulfillment.Status.CANCELED
        and (moment := _arrival_of_parcel(parcel, transit_days)) is not None
    ]
    return Arrival(at=max(expected), is_known=False) if expected else None


def _arrival_of_parcel(parcel: Fulfillment, transit_days: int) -> datetime | None:
    if parcel.delivered_at is not None:
        return parcel.delivered_at
    if parcel.shipped_at is None:
        return None
    if parcel.estimated_at is not None and parcel.estimated_at > parcel.shipped_at:
        return parcel.estimated_at
    return parcel.shipped_at + timedelta(days=transit_days)
