"""Starts of win-back: counted from the last order, later for those who always took their time."""

from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.related import related_products
from engagement.flows.planning.start import Start
from orders.models import Order, OrderLine, Product

ORDERS_LOOKED_AT = 20
GAPS_NEEDED = 2
TIMES_THE_RHYTHM = 2
LONGEST = timedelta(days=730)
SHOWN = 3


def plan_win_back(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One start per silence: the same silence told again is the same mail."""
    customer = entry.customer
    if customer is None:
        return []
    since = datetime.fromisoformat(entry.event.payload["since"])
    if customer.last_order_at is None or customer.last_order_at > since:
        return []
    orders = list(
        Order.objects.living()
        .filter(customer=customer, is_test=False)
        .order_by("-placed_at")
        .values_list("placed_at", flat=True)[:ORDERS_LOOKED_AT]
    )
    last = Product.objects.filter(
        pk__in=OrderLine.objects.filter(
            order__customer=customer, order__placed_at=since, product__isnull=False
        ).values("product_id")
    )
    shown = related_products(customer_id=customer.pk, bought=list(last), at_most=SHOWN)
    return [
        Start(
            subject=f"customer:{customer.pk}",
            occurrence=f"{since:%Y-%m-%d}",
            anchor_at=since,
            not_before=own_silence_over(placed=orders, since=since),
            facts={"shows": shown},
        )
    ]


def own_silence_over(*, placed: list[datetime], since: datetime) -> datetime | None:
    """When a silence is long by this person's own measure: twice their median gap, two years at
    most. None before there are two gaps."""
    gaps = [
        gap
        for later, earlier in pairwise(placed)
        if (gap := (later - earlier) / timedelta(days=1)) >= 1
    ]
    if len(gaps) < GAPS_NEEDED:
        return None
    return since + min(TIMES_THE_RHYTHM * timedelta(days=median(gaps)), LONGEST)
