"""Pure rules of orders and parcels. No database, no clock."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from orders.models import Fulfillment, Order

S = Fulfillment.Status

# Further along wins between two states of the same moment.
PAYMENT_RANK = {
    status: rank
    for rank, status in enumerate(
        (
            "pending",
            "failed",
            "authorized",
            "partially_paid",
            "paid",
            "partially_refunded",
            "refunded",
            "voided",
        )
    )
}
PARCEL_RANK = {
    S.PREPARING: 0,
    S.SHIPPED: 1,
    S.DELIVERY_FAILED: 2,
    S.OUT_FOR_DELIVERY: 3,
    S.READY_FOR_PICKUP: 4,
    S.RETURNING: 5,
    S.CANCELED: 6,
    S.DELIVERED: 7,
}
PAID = frozenset({"paid", "partially_refunded", "refunded"})
# News on the way that is told as such, each an event of its own.
ON_THE_WAY = (S.OUT_FOR_DELIVERY, S.READY_FOR_PICKUP, S.DELIVERY_FAILED, S.RETURNING)
# Carrier news that proves the parcel has left.
LEFT = frozenset({S.SHIPPED, "in_transit", *ON_THE_WAY, S.DELIVERED})
# News longer ago than this is history: nobody is told of a delay of last year.
TOO_OLD_TO_TELL = timedelta(days=14)
# One apology is enough for some days; a promise made anew and broken again is worth another sooner.
QUIET_AFTER_DELAY = {"promise_passed": timedelta(days=2), "silent": timedelta(days=5)}
# Carriers use their numbers again; news from before the order, or from long after the parcel has
# arrived, is another parcel's.
BEFORE_THE_ORDER = timedelta(days=2)
AFTER_ARRIVAL = timedelta(days=7)
CLOCKS_DIFFER = timedelta(minutes=5)


def normalize_tracking_number(number: str) -> str:
    """As carriers compare them: upper case, no spaces, dashes or dots."""
    return re.sub(r"[\s.\-\x00]+", "", number).upper()[:120]


def was_restored(*, updated_at: datetime | None, deleted_at: datetime) -> bool:
    """Whether the shop speaks of an order as whole long enough after its deletion.

    Most shops do not say when they deleted, so that their clock is compared with ours.
    """
    return updated_at is not None and updated_at > deleted_at + CLOCKS_DIFFER


def earliest(*moments: datetime | None) -> datetime | None:
    """The earliest of those that are known."""
    return min((moment for moment in moments if moment is not None), default=None)


def parcel_status(
    *,
    source_status: str,
    shipped_at: datetime | None,
    delivered_at: datetime | None,
    news: Iterable[tuple[datetime, str]],
) -> str:
    """Where a parcel is, from the shop's word and the carrier's (moment, kind) news.

    Delivered is never taken back; canceled stands against anything else. Between the two the
    latest carrier news tells; of one moment, the furthest along.
    """
    if delivered_at is not None:
        return S.DELIVERED
    if source_status == S.CANCELED:
        return S.CANCELED
    told = [
        (moment, PARCEL_RANK[S.SHIPPED if kind == "in_transit" else S(kind)])
        for moment, kind in news
        if kind in LEFT
    ]
    if told:
        rank = max(told)[1]
        return next(status for status, its in PARCEL_RANK.items() if its == rank)
    return S.SHIPPED if shipped_at is not None else S.PREPARING


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the rules need of a parcel. `lines`: quantity by the line's external id; empty = not told."""

    id: int
    status: str
    shipped_at: datetime | None
    delivered_at: datetime | None
    estimated_at: datetime | None
    last_event_at: datetime | None
    lines: Mapping[str, Decimal]


def fulfillment_state(*, needed: Mapping[str, Decimal], parcels: Sequence[Parcel]) -> str:
    """The order's fulfillment axis. `needed` is what must be sent by the lines' external ids, refunds
    taken off.

    A parcel that does not say what it holds counts as holding everything.
    """
    sent = [p for p in parcels if p.shipped_at is not None and p.status != S.CANCELED]
    state = Order.FulfillmentState
    if not sent:
        return state.UNFULFILLED
    if all(parcel.lines for parcel in sent):
        for line, quantity in needed.items():
            if sum((p.lines.get(line, Decimal(0)) for p in sent), Decimal(0)) < quantity:
                return state.PARTIAL
    if all(parcel.status == S.DELIVERED for parcel in sent):
        return state.DELIVERED
    return state.FULFILLED


@dataclass(frozen=True, slots=True)
class DelayClock:
    """When an order counts as late, why, and what the event is unique by."""

    due_at: datetime
    cause: str
    about: str


def delay_clocks(
    *,
    promised_at: datetime | None,
    fulfillment_status: str,
    parcels: Sequence[Parcel],
    zone: ZoneInfo,
    silent_days: int,
) -> list[DelayClock]:
    """Every clock that runs against this order.

    ``promise_passed``: the local day of the promise is over, or a carrier already says that it will
    not be kept. The promise is the shop's; only where the shop made none, the latest estimate of
    the parcels on their way. ``silent``: a parcel on its way whose carrier has fallen silent for
    `silent_days`. One that never was heard of is not silent: the shop may have no tracking at all.
    """
    if fulfillment_status == Order.FulfillmentState.DELIVERED:
        return []
    travelling = [p for p in parcels if p.shipped_at and p.status not in (S.DELIVERED, S.CANCELED)]
    estimate = max((p.estimated_at for p in travelling if p.estimated_at), default=None)
    clocks = []
    if (promise := promised_at or estimate) is not None:
        day = promise.astimezone(zone).date()
        known_at = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
        if estimate is not None and estimate.astimezone(zone).date() > day:
            said = [
                p.last_event_at or p.shipped_at for p in travelling if p.estimated_at == estimate
            ]
            known_at = earliest(known_at, *said) or known_at
        clocks.append(DelayClock(known_at, "promise_passed", day.isoformat()))
    for parcel in travelling:
        if parcel.status == S.READY_FOR_PICKUP or parcel.last_event_at is None:
            continue  # it waits for the customer, not the customer for it; or nobody reports of it
        heard = max(m for m in (parcel.shipped_at, parcel.last_event_at) if m is not None)
        clocks.append(DelayClock(heard + timedelta(days=silent_days), "silent", str(parcel.id)))
    return sorted(clocks, key=lambda clock: (clock.due_at, clock.cause, clock.about))


def is_news(*, clock: DelayClock, told_at: datetime | None) -> bool:
    """Whether a clock says more than the customer has been told already."""
    return told_at is None or clock.due_at > told_at + QUIET_AFTER_DELAY[clock.cause]


def next_delay_check(
    *,
    clocks: Sequence[DelayClock],
    is_standing: bool,
    told_at: datetime | None,
    now: datetime,
) -> datetime | None:
    """When the delay watch must look next: the first clock not told yet, and no dead order's."""
    if not is_standing:
        return None
    return earliest(
        *(
            clock.due_at
            for clock in clocks
            if clock.due_at > now - TOO_OLD_TO_TELL and is_news(clock=clock, told_at=told_at)
        )
    )
