"""Invoices and manuals that a source names by address."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from core.events.event import Origin
from core.events.spine import Fact, record_all
from orders.events import OrderDocumentAdded
from orders.ingest.snapshots import DocumentSnapshot
from orders.models import Order, OrderDocument
from orders.operations.fit_row import fit


def keep_documents(
    *, order: Order, documents: Sequence[DocumentSnapshot], replace: bool, now: datetime
) -> list[OrderDocument]:
    """Keep each document once, by its source id, else by its address; those that were new.

    Old news adds, never replaces.
    """
    if not documents:
        return []
    new: list[OrderDocument] = []
    known = {row.external_id or row.url: row for row in order.documents.all()}
    for told in documents:
        row = document_row(order=order, told=told, now=now)
        if row is None:
            continue
        old = known.get(row.external_id or row.url)
        if old is None:
            row.save()
            new.append(row)
            known[row.external_id or row.url] = row
        elif replace and (old.kind, old.title, old.url) != (row.kind, row.title, row.url):
            old.kind, old.title, old.url = row.kind, row.title, row.url
            old.save(update_fields=["kind", "title", "url"])
    return new


def of_documents(*, order: Order, documents: Iterable[OrderDocument]) -> Iterator[Fact]:
    """The news that these papers were laid to the order."""
    for paper in documents:
        news = OrderDocumentAdded(order.pk, order.customer_id, paper.pk)
        known_by = paper.external_id or paper.url or paper.public_id.hex
        key = f"{order.pk}:{hashlib.sha256(known_by.encode()).hexdigest()[:24]}"
        yield Fact(news, f"order:{order.pk}", key, paper.created_at)


def tell_documents(
    *, order: Order, documents: Iterable[OrderDocument], origin: Origin, now: datetime
) -> None:
    """Record it, in the transaction that keeps them. Of an order that was only heard of nothing is
    recorded: its papers are told with it."""
    if order.source_updated_at is not None:
        facts = list(of_documents(order=order, documents=documents))
        record_all(facts=facts, store_id=order.store_id, origin=origin, now=now)


def document_row(*, order: Order, told: DocumentSnapshot, now: datetime) -> OrderDocument | None:
    """The document as a row, not saved; None where its address is none we would send anybody to."""
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
    return row if row.url else None
