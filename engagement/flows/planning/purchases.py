"""What customers bought and kept, and what they were asked about: reads for the planners."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import F

from core.stores.plain import read
from engagement.flows.planning.rhythm import Purchase
from engagement.messages.models import Message
from orders.models import Order, OrderLine

Bought = Mapping[tuple[int, int], Sequence[Purchase]]

REVIEWS = "review_request"
STILL_COUNTS = (
    Message.Status.PLANNED,
    Message.Status.HANDING,
    Message.Status.UNCERTAIN,
    Message.Status.SENT,
)


def units_kept(line: OrderLine) -> Decimal:
    """How many units of its product a line brought and the customer kept: pack sizes counted."""
    pack_size = line.variant.pack_size if line.variant is not None else 1
    return max(line.quantity - line.refunded_quantity, Decimal(0)) * pack_size


def purchases(*, customer_ids: Collection[int], product_ids: Collection[int]) -> Bought:
    """Standing purchases for themselves (no gifts) by (customer, product): one query."""
    if not customer_ids or not product_ids:
        return {}
    lines = (
        OrderLine.objects.filter(
            order__customer_id__in=customer_ids,
            product_id__in=product_ids,
            order__status=Order.Status.OPEN,
            order__deleted_at__isnull=True,
            order__is_gift=False,
            refunded_quantity__lt=F("quantity"),
        )
        .select_related("order", "variant")
        .order_by("order__placed_at", "id")
    )
    found: dict[tuple[int, int], dict[int, Purchase]] = defaultdict(dict)
    for line in lines:
        if line.order.customer_id is None or line.product_id is None:
            continue
        bought = found[(line.order.customer_id, line.product_id)]
        before = bought.get(line.order_id)
        bought[line.order_id] = Purchase(
            order_id=line.order_id,
            placed_at=line.order.placed_at,
            units=units_kept(line) + (before.units if before else 0),
        )
    return {key: list(bought.values()) for key, bought in found.items()}


def is_bought_again(*, order: Order, purchases: Iterable[Purchase]) -> bool:
    """Whether a purchase other than `order`'s came after it."""
    return any(
        purchase.order_id != order.pk and purchase.placed_at > order.placed_at
        for purchase in purchases
    )


def asked_products(
    *, customer_ids: Collection[int], apart_from_order: int | None = None
) -> dict[int, dict[int, set[int]]]:
    """Products that customers were, or are about to be, asked to review: one query.

    By customer: message id → product ids.
    """
    asked: dict[int, dict[int, set[int]]] = defaultdict(dict)
    if not customer_ids:
        return asked
    requests = read(
        Message,
        "customer_id = ANY(%s) AND flow = %s AND step = 'ask' AND status = ANY(%s)",
        sorted(customer_ids),
        REVIEWS,
        [status.value for status in STILL_COUNTS],
    )
    for message in requests:
        is_apart = apart_from_order is not None and message.order_id == apart_from_order
        if message.customer_id is not None and not is_apart:
            asked[message.customer_id][message.pk] = set(message.facts.get("products", ()))
    return asked
