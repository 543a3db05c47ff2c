"""First order, last order, number of orders: kept on the customer by recomputing, never by adding."""

from collections.abc import Collection

from django.db.models import Count, Max, Min, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from orders.models import Customer, Order


def recount_customers(*, customer_ids: Collection[int | None]) -> None:
    """Recompute the three figures for these customers in one statement.

    Counted is what was told, still stands and is no test. Safe to repeat; the importer calls it
    once per batch.
    """
    ids = [pk for pk in customer_ids if pk is not None]
    if not ids:
        return
    counted = (
        Order.objects.living()
        .filter(customer=OuterRef("pk"), is_test=False)
        .order_by()
        .values("customer")
    )
    Customer.objects.filter(pk__in=ids).update(
        order_count=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), Value(0)),
        first_order_at=Subquery(counted.annotate(at=Min("placed_at")).values("at")),
        last_order_at=Subquery(counted.annotate(at=Max("placed_at")).values("at")),
    )
