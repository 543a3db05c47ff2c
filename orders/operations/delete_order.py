"""The shop deleted an order."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.ingest.snapshots import OrderDeleted
from orders.operations.lock_order import lock_order
from orders.operations.outcome import Outcome
from orders.operations.recount_customers import recount_customers
from orders.operations.settle_order import settle_order
from orders.operations.settle_vouchers import settle_vouchers
from orders.policies import was_restored


def delete_order(*, news: OrderDeleted, store: Store, origin: Origin, now: datetime) -> Outcome:
    """Mark it as deleted. Only news from after the deletion brings it back (`apply_order`)."""
    order = lock_order(
        store=store,
        source=news.source,
        external_id=news.external_id,
        currency="",
        heard_at=news.happened_at or now,
        origin=origin,
        now=now,
    )
    gone_at = min(news.happened_at or now, now)
    if order.deleted_at is not None and order.deleted_at >= gone_at:
        return Outcome("ignored", "The order is known to be deleted.", order.pk)
    if was_restored(updated_at=order.source_updated_at, deleted_at=gone_at):
        return Outcome("ignored", "The shop has restored the order since.", order.pk)
    order.deleted_at = gone_at
    settle_order(order=order, store=store, origin=origin, now=now)
    settle_vouchers(orders=[order], had_codes=bool(order.discounts))
    recount_customers(customer_ids=[order.customer_id])
    return Outcome("applied", order_id=order.pk)
