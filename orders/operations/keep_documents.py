"""Invoices and manuals that a source names by address."""

from collections.abc import Sequence
from datetime import datetime

from orders.ingest.snapshots import DocumentSnapshot
from orders.models import Order, OrderDocument
from orders.operations.fit_row import fit


def keep_documents(
    *, order: Order, documents: Sequence[DocumentSnapshot], replace: bool, now: datetime
) -> None:
    """Keep each document once, by its source id, else by its address. Old news adds, never replaces."""
    if not documents:
        return
    known = {row.external_id or row.url: row for row in order.documents.all()}
    for told in documents:
        row = OrderDocument(
            store_id=order.store_id,
            order=order,
            kind=told.kind if told.kind in OrderDocument.Kind.values else OrderDocument.Kind.OTHER,
            title=told.title or told.kind or "Document",
            url=told.url,
            external_id=told.external_id,
            created_at=now,
        )
        fit(row)
        if not row.url:
            continue  # not an address we would send anybody to
        old = known.get(row.external_id or row.url)
        if old is None:
            row.save()
            known[row.external_id or row.url] = row
        elif replace and (old.kind, old.title, old.url) != (row.kind, row.title, row.url):
            old.kind, old.title, old.url = row.kind, row.title, row.url
            old.save(update_fields=["kind", "title", "url"])
