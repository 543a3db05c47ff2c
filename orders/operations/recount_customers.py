"""First order, last order, number of orders: kept on the customer by recomputing, never by adding."""

from collections.abc import Collection

from core.stores.plain import change

# Counted is what was told, still stands (as `Order.objects.living()`) and is no test.
RECOUNT = """
    UPDATE orders_customer SET (order_count, first_order_at, last_order_at) = (
        SELECT count(*), min(o.placed_at), max(o.placed_at) FROM orders_order o
        WHERE o.customer_id = orders_customer.id AND o.status = 'open' AND o.deleted_at IS NULL
        AND o.source_updated_at IS NOT NULL AND NOT o.is_test)
    WHERE id = ANY(%s)
"""


def recount_customers(*, customer_ids: Collection[int | None]) -> None:
    """Recompute the three figures for these customers of one store in one statement.

    Safe to repeat; the importer calls it once per batch.
    """
    if ids := sorted({pk for pk in customer_ids if pk is not None}):
        change(RECOUNT, ids)
