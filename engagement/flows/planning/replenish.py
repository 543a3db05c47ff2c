"""Starts of replenishment: one per product and purchase, counted from the arrival of the goods."""

from decimal import Decimal

from engagement.flows.planning.arrival import arrival_of
from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.purchases import is_bought_again, purchases, units_kept
from engagement.flows.planning.rhythm import interval_days
from engagement.flows.planning.start import Start
from engagement.messages.models import Reason
from orders.models import Product


def plan_replenishment(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One start per product of the order whose interval can be known."""
    order, customer = entry.order, entry.customer
    if order is None or customer is None:
        return []
    arrival = arrival_of(order=order, parcels=entry.parcels, transit_days=entry.store.transit_days)
    if arrival is None:
        return []
    units: dict[int, Decimal] = {}
    products: dict[int, Product] = {}
    for line in entry.lines:
        if line.product is not None and (kept := units_kept(line)) > 0:
            pk = line.product.pk
            units[pk] = units.get(pk, Decimal(0)) + kept
            products[pk] = line.product
    bought = purchases(customer_ids=[customer.pk], product_ids=list(products))
    starts = []
    for product_id, product in sorted(products.items()):
        history = bought.get((customer.pk, product_id), ())
        days = interval_days(
            default_days=default_days(product), purchases=history, units=units[product_id]
        )
        if days is None:
            continue
        starts.append(
            Start(
                subject=f"customer:{customer.pk}",
                occurrence=occurrence_of(product_id=product_id, order_id=order.pk),
                anchor_at=arrival.at,
                setting_days=days,
                is_estimate=not arrival.is_known,
                facts={"products": [product_id]},
                ended=(Reason.REORDERED, "")
                if is_bought_again(order=order, purchases=history)
                else None,
            )
        )
    return starts


def occurrence_of(*, product_id: int, order_id: int) -> str:
    """One reminder per product and purchase."""
    return f"{product_id}:{order_id}"


def default_days(product: Product) -> int | None:
    """Days until one unit runs out: the product's, else its category's."""
    if product.replenish_after_days is not None:
        return product.replenish_after_days
    return product.category.replenish_after_days if product.category is not None else None
