"""Starts of review requests: once per order, naming its products that were not asked about yet."""

from collections.abc import Iterable

from core.stores.models import Store
from engagement.flows.planning.arrival import arrival_of
from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.purchases import asked_products
from engagement.flows.planning.start import Start
from engagement.messages.models import Reason
from orders.models import OrderLine


def plan_review(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One start per order, anchored at the arrival of its last parcel."""
    if entry.order is None or entry.customer is None:
        return []
    arrival = arrival_of(
        order=entry.order, parcels=entry.parcels, transit_days=entry.store.transit_days
    )
    reviewable = [line for line in entry.lines if is_reviewable(line)]
    if arrival is None or not reviewable:
        return []
    subject = f"order:{entry.order.pk}"
    asked = _asked_elsewhere(entry)
    fresh = [line for line in reviewable if line.product_id not in asked]
    return [
        Start(
            subject=subject,
            anchor_at=arrival.at,
            setting_days=review_days(lines=fresh or reviewable, store=entry.store),
            is_estimate=not arrival.is_known,
            facts={"products": sorted({line.product_id for line in fresh})},
            ended=None if fresh else nothing_left(is_recurring=entry.order.is_recurring),
        )
    ]


def is_reviewable(line: OrderLine) -> bool:
    """A known product that is meant to be reviewed and was not given back."""
    return (
        line.product is not None
        and line.product.is_reviewable
        and line.refunded_quantity < line.quantity
    )


def review_days(*, lines: Iterable[OrderLine], store: Store) -> int:
    """Days from arrival to the request: product, else category, else store; the longest of them.

    One mail names all products, so it waits until the slowest of them can be judged.
    """
    return max((_days_of(line, store) for line in lines), default=store.review_delay_days)


def nothing_left(*, is_recurring: bool) -> tuple[str, str]:
    """Why an order's review request has nothing to ask."""
    if is_recurring:
        return (Reason.RECURRING, "")
    return (Reason.OVERTAKEN, "The customer was already asked about these products.")


def _days_of(line: OrderLine, store: Store) -> int:
    product = line.product
    if product is None:
        return store.review_delay_days
    if product.review_delay_days is not None:
        return product.review_delay_days
    if product.category is not None and product.category.review_delay_days is not None:
        return product.category.review_delay_days
    return store.review_delay_days


def _asked_elsewhere(entry: Entry) -> set[int]:
    """Products asked about in mails of other orders. Our own order's do not count against it."""
    if entry.customer is None or entry.order is None:
        return set()
    asked = asked_products(customer_ids=[entry.customer.pk], apart_from_order=entry.order.pk)
    return set().union(*asked[entry.customer.pk].values())
