"""Starts that count from the arrival of the goods: thank-you, guide, tips, what goes well with it."""

from datetime import timedelta
from typing import Any

from engagement.flows.planning.arrival import arrival_of
from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.purchases import STILL_COUNTS
from engagement.flows.planning.related import related_products
from engagement.flows.planning.start import Start
from engagement.guides.queries import guides_of, tips_of
from engagement.messages.models import Message, Reason
from orders.models import Product

THANKED_FOR = timedelta(days=90)
OFFERS = 4


def plan_thanks(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One per order, and one per person in 90 days."""
    since = entry.event.occurred_at - THANKED_FOR
    thanked = Message.objects.filter(
        customer=entry.customer,
        flow=flow.definition.key,
        due_at__gt=since,
        status__in=STILL_COUNTS,
    ).exclude(order=entry.order)
    ended = (Reason.CAPPED, "They were thanked not long ago.") if thanked.exists() else None
    return _one(entry, ended=ended)


def plan_guide(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One per order with a product that has a guide and whose guide was not sent before."""
    products = _kept(entry)
    guided = guides_of(products=products)
    fresh = set(guided) - _told(entry, flow, fact="guides")
    return _one(entry, facts={"guides": sorted(fresh)}) if fresh else []


def plan_tips(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One series per order, on the product with most tips; the same product only once a person."""
    tips = tips_of(products=_kept(entry))
    fresh = sorted(set(tips) - _told(entry, flow, fact="tips"), key=lambda pk: (-len(tips[pk]), pk))
    if not fresh:
        return []
    product = fresh[0]
    steps = frozenset(f"tip_{number}" for number in tips[product])
    return _one(entry, facts={"tips": [product]}, steps=steps)


def plan_cross_sell(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One per order that anything goes well with."""
    if entry.customer is None:
        return []
    offers = related_products(customer_id=entry.customer.pk, bought=_kept(entry), at_most=OFFERS)
    return _one(entry, facts={"offers": offers}) if offers else []


def _one(
    entry: Entry,
    *,
    facts: dict[str, Any] | None = None,
    steps: frozenset[str] = frozenset(),
    ended: tuple[str, str] | None = None,
) -> list[Start]:
    if entry.order is None or entry.customer is None:
        return []
    arrival = arrival_of(
        order=entry.order, parcels=entry.parcels, transit_days=entry.store.transit_days
    )
    if arrival is None:
        return []
    return [
        Start(
            subject=f"order:{entry.order.pk}",
            anchor_at=arrival.at,
            is_estimate=not arrival.is_known,
            steps=steps,
            facts=facts or {},
            ended=ended,
        )
    ]


def _kept(entry: Entry) -> list[Product]:
    """The products of the order that were not given back, each once."""
    found = {
        line.product.pk: line.product
        for line in entry.lines
        if line.product is not None and line.refunded_quantity < line.quantity
    }
    return list(found.values())


def _told(entry: Entry, flow: LiveFlow, *, fact: str) -> set[int]:
    """Products that this person was told about by this flow, with other orders."""
    if entry.customer is None:
        return set()
    earlier = Message.objects.filter(
        customer=entry.customer, flow=flow.definition.key, status__in=STILL_COUNTS
    ).exclude(order=entry.order)
    return {pk for facts in earlier.values_list("facts", flat=True) for pk in facts.get(fact, ())}
