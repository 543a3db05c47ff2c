"""Which events an order's rows amount to. Each is recorded once, whenever its fact is first known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.events.event import Origin
from core.events.spine import Fact, record_all
from core.events.wiring import News
from core.stores.plain import fetch
from orders import events
from orders.models import Fulfillment, Order, Refund
from orders.operations.settle_parcels import Settled

S = Fulfillment.Status
WAY_EVENTS: dict[str, type[News]] = {
    S.OUT_FOR_DELIVERY: events.FulfillmentOutForDelivery,
    S.READY_FOR_PICKUP: events.FulfillmentReadyForPickup,
    S.DELIVERY_FAILED: events.FulfillmentDeliveryFailed,
    S.RETURNING: events.FulfillmentReturning,
}


@dataclass(frozen=True, slots=True)
class OrderChange:
    """Newer content replaced a standing order's: which parts, and when the shop did it."""

    content_hash: str
    parts: list[str]
    happened_at: datetime | None


def announce_order(
    *,
    order: Order,
    parcels: Sequence[Settled],
    refunds: Sequence[Refund],
    change: OrderChange | None,
    also: Sequence[Fact] = (),
    origin: Origin,
    now: datetime,
) -> int:
    """Record what is not recorded yet, and what of `also` is new; how many were new."""
    facts = [
        *of_order(order=order, change=change),
        *(fact for refund in refunds for fact in of_refund(order=order, refund=refund)),
        *(fact for parcel in parcels for fact in of_parcel(order=order, parcel=parcel)),
    ]
    facts += also
    known = {
        (name, key): told_by
        for name, key, told_by in fetch(
            "SELECT name, key, origin FROM events_eventrow"
            " WHERE store_id = %s AND subject = ANY(%s)",
            order.store_id,
            sorted({fact.subject for fact in facts}),
        )
    }
    fresh = [fact for fact in facts if _is_news(known.get((fact.news.name, fact.key)), origin)]
    new = record_all(
        facts=sorted(fresh, key=lambda fact: fact.occurred_at),
        store_id=order.store_id,
        origin=origin,
        now=now,
    )
    return len(new)


def _is_news(told_by: str | None, origin: Origin) -> bool:
    """Whether a fact is worth recording: nobody told it yet, or so far only a file did."""
    return told_by is None or (told_by == "import" and origin == "live")


def of_order(*, order: Order, change: OrderChange | None) -> Iterator[Fact]:
    subject, key, person = f"order:{order.pk}", str(order.pk), order.customer_id
    yield Fact(events.OrderPlaced(order.pk, person), subject, key, order.placed_at)
    if order.paid_at is not None:
        yield Fact(events.OrderPaid(order.pk, person), subject, key, order.paid_at)
    if change is not None:
        news = events.OrderChanged(order.pk, person, change.parts)
        key_of_change = f"{order.pk}:{change.content_hash[:16]}"
        yield Fact(news, subject, key_of_change, change.happened_at or order.placed_at)
    if order.canceled_at is not None:
        news_of_end = events.OrderCanceled(order.pk, person, order.cancel_reason)
        yield Fact(news_of_end, subject, key, order.canceled_at)
    if order.deleted_at is not None:
        yield Fact(events.OrderDeletedByShop(order.pk, person), subject, key, order.deleted_at)
    if order.delivered_at is not None:
        yield Fact(events.OrderDelivered(order.pk, person), subject, key, order.delivered_at)


def of_refund(*, order: Order, refund: Refund) -> Iterator[Fact]:
    if refund.amount_minor <= 0:
        return  # goods put back on the shelf without money
    news = events.OrderRefunded(
        order_id=order.pk,
        customer_id=order.customer_id,
        refund_id=refund.pk,
        amount_minor=refund.amount_minor,
        currency=order.currency,
    )
    yield Fact(news, f"refund:{refund.pk}", str(refund.pk), refund.happened_at)


def of_parcel(*, order: Order, parcel: Settled) -> Iterator[Fact]:
    row, subject, key = parcel.row, f"fulfillment:{parcel.row.pk}", str(parcel.row.pk)
    ids: dict[str, Any] = {
        "order_id": order.pk,
        "customer_id": order.customer_id,
        "fulfillment_id": row.pk,
    }
    if row.shipped_at is not None:
        partly = order.fulfillment_status == Order.FulfillmentState.PARTIAL
        news = events.FulfillmentShipped(**ids, is_partial=partly)
        yield Fact(news, subject, key, row.shipped_at)
    seen = set()
    for step in parcel.news:
        kind = WAY_EVENTS.get(step.kind)
        if kind is None:
            continue
        once = f"{key}:{step.happened_at:%Y-%m-%d}" if step.kind == S.DELIVERY_FAILED else key
        if (step.kind, once) not in seen:
            seen.add((step.kind, once))
            yield Fact(kind(**ids), subject, once, step.happened_at)
    if row.delivered_at is not None:
        yield Fact(events.FulfillmentDelivered(**ids), subject, key, row.delivered_at)
