"""Put a case together per message, from rows read beforehand. No queries here."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engagement.flows.case import Case
from engagement.flows.definition import Definition, Step
from engagement.flows.planning.arrival import arrival_of
from engagement.flows.planning.due import step_due, wait_over, zone_of
from engagement.flows.planning.purchases import is_bought_again, units_kept
from engagement.flows.planning.replenish import default_days
from engagement.flows.planning.review import is_reviewable, review_days
from engagement.flows.planning.rhythm import Purchase, interval_days
from engagement.flows.rules.read import Known
from engagement.messages.models import Message
from engagement.messages.timing import BadWindows, Windows, read_windows
from orders.models import Customer, Fulfillment, Order, OrderLine


def cases_of(*, messages: Sequence[Message], known: Known, now: datetime) -> list[Case]:
    """One case per message, in their order."""
    windows = _windows(known.store.send_windows)
    return [_case(message, known, now, windows) for message in messages]


def _case(message: Message, known: Known, now: datetime, windows: Windows | None) -> Case:
    flow = known.flows.get(message.flow)
    definition = flow.definition if flow else None
    step = definition.step(message.step) if definition else None
    customer = known.customers.get(message.customer_id or 0)
    order = known.orders.get(message.order_id or 0)
    lines = known.lines.get(message.order_id or 0, [])
    parcels = known.parcels.get(message.order_id or 0, [])
    zone = zone_of(customer=customer, store_zone=known.store.time_zone)
    before = (
        known.before.get((message.flow, step.follows, message.subject, message.occurrence))
        if step and step.follows
        else None
    )
    bought = _purchases(message, known)
    products = _products(message, known, lines)
    email = (customer.email if customer else "") or (order.email if order else "") or ""
    return Case(
        message=message,
        store=known.store,
        now=now,
        zone=zone,
        flow=flow.row if flow else None,
        definition=definition,
        step=step,
        due_at=_due(message, known, definition, step, order, lines, parcels, before, bought, zone),
        customer=customer,
        order=order,
        lines=lines,
        parcels=parcels,
        parcel=_parcel(message, parcels),
        refund=known.refunds.get(message.facts.get("refund", 0)),
        before=before,
        products=products,
        is_bought_again=order is not None and is_bought_again(order=order, purchases=bought),
        unsettled=_unsettled(definition, customer, order, known),
        email=email,
        reach=known.reach.get(email, ""),
        has_basis=message.customer_id in known.bases,
        windows=windows,
    )


def _windows(raw: Sequence[Sequence[object]]) -> Windows | None:
    try:
        return read_windows(raw)
    except BadWindows:
        return None


def _parcel(message: Message, parcels: Sequence[Fulfillment]) -> Fulfillment | None:
    wanted = message.facts.get("fulfillment")
    return next((parcel for parcel in parcels if parcel.pk == wanted), None)


def _purchases(message: Message, known: Known) -> Sequence[Purchase]:
    named = message.facts.get("products", ())
    flow = known.flows.get(message.flow)
    if not named or flow is None or flow.definition.one_per != "product":
        return ()
    return known.bought.get((message.customer_id or 0, named[0]), ())


def _products(message: Message, known: Known, lines: Sequence[OrderLine]) -> list[int]:
    """Of the products it was planned for, those still worth naming, in their order."""
    named: list[int] = message.facts.get("products", [])
    flow = known.flows.get(message.flow)
    if not named or flow is None:
        return []
    kept = {line.product_id for line in lines if line.refunded_quantity < line.quantity}
    if flow.definition.one_per == "product":
        return [pk for pk in named if pk in kept]
    reviewable = {line.product_id for line in lines if is_reviewable(line)}
    done = set(known.answered.get(message.order_id or 0, ()))
    for pk, products in known.asked.get(message.customer_id or 0, {}).items():
        if pk < message.pk and pk not in _own_step_ids(message, known):
            done |= products
    return [pk for pk in named if pk in reviewable and pk not in done]


def _own_step_ids(message: Message, known: Known) -> set[int]:
    """The request that a reminder follows asked about the same products, of course."""
    return {
        row.pk
        for row in known.before.values()
        if (row.flow, row.subject) == (message.flow, message.subject)
    }


def _due(
    message: Message,
    known: Known,
    definition: Definition | None,
    step: Step | None,
    order: Order | None,
    lines: Sequence[OrderLine],
    parcels: Sequence[Fulfillment],
    before: Message | None,
    bought: Sequence[Purchase],
    zone: ZoneInfo,
) -> datetime:
    """The due time by the anchor and the flow as they are now."""
    if definition is None or step is None:
        return message.due_at
    anchor_at = message.anchor_at
    days = None
    if definition.counts_from == "arrival" and order is not None:
        arrival = arrival_of(order=order, parcels=parcels, transit_days=known.store.transit_days)
        anchor_at = arrival.at if arrival else anchor_at
        days = _setting_days(message, known, definition, lines, bought)
    if before is not None and before.handed_at is not None:
        due = wait_over(wait=step.wait, anchor_at=before.handed_at, setting_days=days, zone=zone)
    else:
        due = step_due(
            flow=definition, step=step, anchor_at=anchor_at, setting_days=days, zone=zone
        )
    not_before = message.facts.get("not_before")
    return max(due, datetime.fromisoformat(not_before)) if not_before else due


def _setting_days(
    message: Message,
    known: Known,
    definition: Definition,
    lines: Sequence[OrderLine],
    bought: Sequence[Purchase],
) -> int | None:
    named = set(message.facts.get("products", ()))
    about = [line for line in lines if line.product_id in named]
    if definition.one_per != "product":
        return review_days(lines=about, store=known.store)
    product = about[0].product if about else None
    if product is None:
        return None
    return interval_days(
        default_days=default_days(product),
        purchases=bought,
        units=sum((units_kept(line) for line in about), Decimal(0)),
    )


def _unsettled(
    definition: Definition | None, customer: Customer | None, order: Order | None, known: Known
) -> str:
    if definition is None or not definition.waits_for_peace:
        return ""
    if order is not None and order.fulfillment_status == Order.FulfillmentState.PARTIAL:
        return f"A part of order {order.number} is still to be sent."
    return known.unsettled.get(customer.pk, "") if customer else ""
