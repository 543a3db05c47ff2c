"""News of one refund, told apart from its order."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.ingest.snapshots import RefundUpdate
from orders.operations.lock_order import lock_order
from orders.operations.match_refunds import match_refunds
from orders.operations.merge_refund import merge_refund
from orders.operations.outcome import Outcome, kept_or_known
from orders.operations.settle_order import settle_order


def apply_refund(*, news: RefundUpdate, store: Store, origin: Origin, now: datetime) -> Outcome:
    """Merge the refund into its order. Where the order is not known yet, the refund waits for it."""
    order = lock_order(
        store=store,
        source=news.source,
        external_id=news.order_external_id,
        currency=news.currency,
        heard_at=news.refund.happened_at,
        origin=origin,
        now=now,
    )
    known = order.refunds.filter(external_id=news.refund.external_id).values_list(
        "amount_minor", "lines", "reason", "happened_at", "deleted_at"
    )
    before = known.first()
    merge_refund(order=order, refund=news.refund)
    newer = known.first() != before
    recorded = settle_order(order=order, store=store, origin=origin, now=now)
    if news.refund.deleted:  # no event tells of it
        match_refunds(order_id=order.pk, now=now)
    return kept_or_known(recorded=recorded, newer=newer, order_id=order.pk)
