"""What is not at peace between a customer and the shop. Each source is one function, listed below."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Q, Value

from engagement.flows.rules.versions import rests_on, versions
from orders.models import ChangeRequest, Claim, Fulfillment, Order, Return
from support.models import Problem

LATE_FOR_AT_MOST = timedelta(days=30)  # after that nobody is going to tell us any more
OPEN_FOR_AT_MOST = timedelta(days=60)  # a return that was never sent, a queue that nobody empties

Source = Callable[..., Mapping[int, str]]


@rests_on(
    versions(Order, "x.customer_id = m.customer_id"),
    versions(
        Fulfillment,
        "o.customer_id = m.customer_id",
        also=f"JOIN {Order._meta.db_table} o ON o.id = x.order_id",
    ),
)
def late_parcels(*, customer_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Customers with an order that is late, failed to be delivered, or goes back: one query."""
    troubled = Q(delay_told_at__gt=now - LATE_FOR_AT_MOST) | Q(
        fulfillments__status__in=[
            Fulfillment.Status.DELIVERY_FAILED,
            Fulfillment.Status.RETURNING,
        ],
        fulfillments__last_event_at__gt=now - LATE_FOR_AT_MOST,
    )
    rows = Order.objects.living().filter(
        troubled, customer_id__in=customer_ids, delivered_at__isnull=True
    )
    return {
        customer_id: f"Order {number} has not arrived yet."
        for customer_id, number in rows.order_by("-placed_at").values_list("customer_id", "number")
    }


OPEN_MATTERS = {
    "return": "A return is not finished yet.",
    "claim": "A warranty claim is open.",
    "problem": "A problem that they reported is open.",
    "wish": "A change that they asked for is open.",
}


@rests_on(
    versions(Return, "x.customer_id = m.customer_id"),
    versions(Claim, "x.customer_id = m.customer_id"),
    versions(Problem, "x.customer_id = m.customer_id"),
    versions(ChangeRequest, "x.customer_id = m.customer_id"),
)
def open_matters(*, customer_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Customers who wait for the shop's answer, or for their money or goods: one query."""
    since = now - OPEN_FOR_AT_MOST
    theirs = {"customer_id__in": customer_ids}
    asked = [
        ("return", Return.objects.filter(status__in=Return.OPEN, requested_at__gt=since)),
        ("claim", Claim.objects.filter(closed_at__isnull=True, opened_at__gt=since)),
        ("problem", Problem.objects.filter(settled_at__isnull=True, reported_at__gt=since)),
        ("wish", ChangeRequest.objects.filter(settled_at__isnull=True, asked_at__gt=since)),
    ]
    first, *others = [
        rows.filter(**theirs).annotate(matter=Value(kind)).values_list("customer_id", "matter")
        for kind, rows in asked
    ]
    return {customer_id: OPEN_MATTERS[kind] for customer_id, kind in first.union(*others)}


# Tickets join here, as a function with the same signature that says what it rests on.
SOURCES: tuple[Source, ...] = (late_parcels, open_matters)


def unsettled_customers(*, customer_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Why mail that waits for peace must wait, by customer: one query a source."""
    found: dict[int, str] = {}
    if customer_ids:
        for source in SOURCES:
            found |= source(customer_ids=customer_ids, now=now)
    return found
