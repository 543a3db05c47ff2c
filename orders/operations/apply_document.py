"""An invoice or a manual that is told apart from its order."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.ingest.snapshots import DocumentUpdate
from orders.operations.keep_documents import keep_documents, tell_documents
from orders.operations.lock_order import lock_order
from orders.operations.outcome import Outcome


def apply_document(*, news: DocumentUpdate, store: Store, origin: Origin, now: datetime) -> Outcome:
    """Keep the document with its order, known or still to come."""
    order = lock_order(
        store=store,
        source=news.source,
        external_id=news.order_external_id,
        currency="",
        heard_at=now,
        origin=origin,
        now=now,
    )
    new = keep_documents(order=order, documents=(news.document,), replace=True, now=now)
    tell_documents(order=order, documents=new, origin=origin, now=now)
    return Outcome("applied", order_id=order.pk)
