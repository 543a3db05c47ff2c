"""Orders that are late: noticed when their clock runs out, so that the shop tells before it is asked."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db import transaction

from core.events.event import Origin
from core.events.spine import record
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.events import OrderDelayed
from orders.models import Fulfillment, Order
from orders.operations.settle_order import clocks_of
from orders.policies import (
    TOO_OLD_TO_TELL,
    DelayClock,
    Parcel,
    is_news,
    next_delay_check,
)

NOTHING_INSIDE: dict[str, Decimal] = {}


def watch_delays(*, store: Store, now: datetime, limit: int = 500) -> int:
    """Look at up to `limit` orders whose `delay_check_at` has come; how many were looked at.

    Records order.delayed for the first clock that ran out (one mail, however many reasons), notes
    when, and sets the next check. Rivals skip each other's orders; the event's key keeps a clock
    from being told twice even so. What costs is what is due, never the number of orders.
    """
    with store_scope(store.pk), transaction.atomic():
        orders = list(
            Order.objects.select_for_update(skip_locked=True)
            .filter(store_id=store.pk, delay_check_at__lte=now)
            .order_by("delay_check_at", "pk")[:limit]
        )
        parcels: dict[int, list[Parcel]] = {order.pk: [] for order in orders}
        for row in Fulfillment.objects.filter(order__in=orders):
            parcels[row.order_id].append(_rule(row))
        for order in orders:
            clocks = clocks_of(order=order, parcels=parcels[order.pk], store=store)
            _look(order=order, clocks=clocks, now=now)
    return len(orders)


def _look(*, order: Order, clocks: Sequence[DelayClock], now: datetime) -> None:
    over = [
        clock
        for clock in clocks
        if now - TOO_OLD_TO_TELL < clock.due_at <= now
        and is_news(clock=clock, told_at=order.delay_told_at)
    ]
    if over and order.is_standing:
        first = over[0]
        told = record(
            news=OrderDelayed(order_id=order.pk, customer_id=order.customer_id, cause=first.cause),
            store_id=order.store_id,
            subject=f"order:{order.pk}",
            key=f"{order.pk}:{first.cause}:{first.about}",
            occurred_at=first.due_at,
            origin=_origin(order, clock=first),
            now=now,
        )
        if told is not None:
            order.delay_told_at = now
    order.delay_check_at = next_delay_check(
        clocks=[clock for clock in clocks if clock.due_at > now],
        is_standing=order.is_standing,
        told_at=order.delay_told_at,
        now=now,
    )
    order.save(update_fields=["delay_told_at", "delay_check_at"])


def _origin(order: Order, *, clock: DelayClock) -> Origin:
    """Live for an order we followed live when its clock ran out; what a file told is history.

    A file rarely says that parcels arrived: by itself its orders would all look late. Once a shop or
    carrier has spoken of the order to us directly, a delay that begins afterwards is news.
    """
    if order.origin == "live":
        return "live"
    heard = order.notices.filter(origin="live", received_at__lt=clock.due_at)
    return "live" if heard.exists() else cast(Origin, order.origin)


def _rule(row: Fulfillment) -> Parcel:
    return Parcel(
        id=row.pk,
        status=row.status,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        estimated_at=row.estimated_at,
        last_event_at=row.last_event_at,
        lines=NOTHING_INSIDE,
    )
