"""What a preview is written from: a real order of the store, or a sample."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.stores.models import Store
from engagement.flows.context.preview import order_context, sample_context
from orders.models import Order

FEW = "sample with little data"
NEWEST = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """The data, and what it is, in words; `missed` where the order asked for is not there."""

    context: dict[str, Any]
    words: str
    missed: bool = False


def context_for(*, store: Store, wanted: str, now: datetime) -> Shown:
    """The data that `wanted` names: an order's number, ``sample with little data``, or nothing for
    the full sample. Inside the store's scope.
    """
    wanted = wanted.strip()[:80]
    if wanted == FEW:
        return Shown(sample_context(store=store, sample="minimal"), "a sample with little data")
    if wanted:
        numbers = {wanted, wanted.lstrip("#"), f"#{wanted.lstrip('#')}"}
        found = Order.objects.filter(number__in=numbers).select_related("customer")
        order = found.order_by("-placed_at").first()
        if order is not None:
            context = order_context(store=store, order=order, now=now)
            return Shown(context, f"order {order.number}")
    return Shown(sample_context(store=store), "a sample order", missed=bool(wanted))


def newest_orders() -> list[str]:
    """Numbers to choose from, the newest first."""
    numbers = Order.objects.exclude(number="").order_by("-placed_at", "-id")
    return list(numbers.values_list("number", flat=True)[:NEWEST])
