"""The last step of all news of an order: derive what follows, keep it, and record what happened."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core.events.event import Origin
from core.events.spine import Fact
from core.stores.models import Store
from orders.models import Fulfillment, Order, OrderLine
from orders.operations.announce_order import OrderChange, announce_order
from orders.operations.merge_refund import settle_refunds
from orders.operations.settle_parcels import Settled, settle_parcels
from orders.parts import lines_of, parcels_of
from orders.policies import (
    DelayClock,
    Parcel,
    delay_clocks,
    fulfillment_state,
    next_delay_check,
)


def settle_order(
    *,
    order: Order,
    store: Store,
    origin: Origin,
    now: datetime,
    lines: list[OrderLine] | None = None,
    parcels: list[Fulfillment] | None = None,
    change: OrderChange | None = None,
    also: Sequence[Fact] = (),
) -> int:
    """Derive refunds, parcels, the fulfillment axis and the delay clock; save; record events.

    Everything here is computed from rows that any order of arrival leaves equal. Events of an
    order that was only heard of wait until it is told. `lines` and `parcels` are the order's,
    where the caller has just read them; `also` is recorded with the order's own news. Returns how
    many events were new.
    """
    lines = lines_of(order) if lines is None else lines
    refunds = settle_refunds(order=order, lines=lines)
    parcels = parcels_of(order) if parcels is None else parcels
    settled = settle_parcels(order=order, lines=lines, parcels=parcels)
    derive_order(order=order, lines=lines, parcels=settled, store=store, now=now)
    order.save()
    if order.source_updated_at is None:
        return 0
    return announce_order(
        order=order,
        parcels=settled,
        refunds=refunds,
        change=change,
        also=also,
        origin=origin,
        now=now,
    )


def derive_order(
    *,
    order: Order,
    lines: Sequence[OrderLine],
    parcels: Sequence[Settled],
    store: Store,
    now: datetime,
) -> None:
    """The fulfillment axis and the delay clock, out of settled parcels and refunds. Saves nothing."""
    rules = [parcel.rule for parcel in parcels]
    needed = {
        line.external_id: line.quantity - line.refunded_quantity
        for line in lines
        if line.needs_shipping and line.quantity - line.refunded_quantity > Decimal(0)
    }
    order.fulfillment_status = fulfillment_state(needed=needed, parcels=rules)
    arrived = [parcel.delivered_at for parcel in rules if parcel.delivered_at is not None]
    all_there = order.fulfillment_status == Order.FulfillmentState.DELIVERED
    order.delivered_at = max(arrived) if all_there and arrived else None
    order.delay_check_at = next_delay_check(
        clocks=clocks_of(order=order, parcels=rules, store=store),
        is_standing=order.is_standing and order.source_updated_at is not None,
        told_at=order.delay_told_at,
        now=now,
    )


def clocks_of(*, order: Order, parcels: Sequence[Parcel], store: Store) -> list[DelayClock]:
    """The clocks that run against this order, by this store's settings."""
    return delay_clocks(
        promised_at=order.promised_at,
        fulfillment_status=order.fulfillment_status,
        parcels=parcels,
        zone=store.zone,
        silent_days=store.silent_tracking_days,
    )
