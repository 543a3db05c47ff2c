"""Print inserts: a batch is asked for, then printed part by part. Memory holds one part, never a batch."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.guides.insert_paper import inserts_pdf
from engagement.guides.inserts import inserts_of
from engagement.guides.models import InsertBatch, InsertPart
from engagement.guides.models.insert_batch import MOST_ORDERS
from orders.models import Order

A_PART = 50  # orders; some seconds, some megabytes
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)


class TooManyOrders(Exception):
    """More than `MOST_ORDERS` at once."""


def ask_for_inserts(
    *, store: Store, order_ids: Sequence[int], by: str, now: datetime
) -> InsertBatch:
    """Write down what is to be printed. Raises `TooManyOrders`, ValueError for none. Inside the scope."""
    if len(order_ids) > MOST_ORDERS:
        raise TooManyOrders
    if not order_ids:
        raise ValueError("No order, no insert.")
    return InsertBatch.objects.create(
        store=store,
        order_ids=list(order_ids),
        total=len(order_ids),
        created_at=now,
        created_by=by[:160],
    )


def print_part(*, now: datetime, machine_now: datetime) -> bool:
    """Print the next part of some batch; whether there was one. Of any store.

    A lease keeps rivals away; who dies in the middle loses it after `LEASE`, and the part's number is
    unique, so that nothing is printed twice. Orders that are gone meanwhile are left out.
    """
    with transaction.atomic(), every_store():
        batch = (
            InsertBatch.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=machine_now))
            .filter(finished_at__isnull=True)
            .order_by("created_at", "pk")
            .first()
        )
        if batch is None:
            return False
        batch.lease_until = machine_now + LEASE
        batch.save(update_fields=["lease_until"])
    with store_scope(batch.store_id):
        _print(batch, now)
    return True


def _print(batch: InsertBatch, now: datetime) -> None:
    start = batch.done
    ids = batch.order_ids[start : start + A_PART]
    known = Order.objects.select_related("customer").in_bulk(ids)
    orders = [known[pk] for pk in ids if pk in known]
    store = Store.objects.get(pk=batch.store_id)
    content = inserts_pdf(inserts_of(orders=orders, store=store)) if orders else b""
    with transaction.atomic():
        row = InsertBatch.objects.select_for_update().get(pk=batch.pk)
        if row.done != start:
            return  # a rival was quicker after our lease
        if content:
            part = InsertPart(
                store_id=row.store_id,
                batch=row,
                number=start // A_PART + 1,
                orders=len(orders),
            )
            name = f"{row.public_id.hex}-{part.number}.pdf"
            part.file.save(name, ContentFile(content))
        row.done, row.lease_until = start + len(ids), None
        if row.done >= row.total:
            row.finished_at = now
        row.save(update_fields=["done", "lease_until", "finished_at"])


def forget_inserts(*, before: datetime) -> int:
    """Delete batches and files from before `before`; they can be printed anew. Inside the scope."""
    rows = list(InsertBatch.objects.filter(created_at__lt=before)[:50])
    for batch in rows:
        for part in batch.parts.all():
            part.file.delete(save=False)
        batch.delete()
    return len(rows)
