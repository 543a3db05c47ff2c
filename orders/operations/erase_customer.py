"""Erase a person from every room: their rows, their papers, what waits to be sent to them."""

from datetime import datetime

from django.db import transaction

from core.events.spine import record
from core.privacy import parts
from core.secrets import encrypt
from orders.events import CustomerErased
from orders.models import Customer, Order, PrivacyRequest
from orders.operations.read_person import read_person

KEPT = ("orders", "suppression")
"""What stays, in the words of the last mail: order records without a name, a keyed hash."""


def erase_customer(*, demand: PrivacyRequest, customer: Customer, now: datetime) -> None:
    """Empty everything at once; the last mail's address stays sealed on the demand until it has left.

    Inside the store's scope and a transaction. The customer's lock is the one MARK takes: no mail is
    being handed over meanwhile. Files go once this is committed.
    """
    # Orders first, then people, each in the order of their keys: as everywhere.
    theirs = Order.objects.filter(customer__in=[customer.pk]).order_by("pk")
    list(theirs.select_for_update().values_list("pk"))
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    person = read_person(locked)
    demand.receipt_sealed = encrypt(locked.email or "") if demand.is_told else ""
    files = [
        (file.storage, str(file.name))
        for part in reversed(parts())  # this room, which knows their names, comes last
        for file in part.forget(person=person, now=now)
    ]
    demand.done_at = now
    demand.outcome = f"{len(person.order_ids)} orders, {len(files)} files"
    demand.save(update_fields=["receipt_sealed", "done_at", "outcome"])
    record(
        news=CustomerErased(customer_id=customer.pk, privacy_request_id=demand.pk),
        store_id=customer.store_id,
        subject=f"customer:{customer.pk}",
        key=f"{customer.pk}:{demand.pk}",
        occurred_at=now,
        origin="live",
        now=now,
    )

    def delete_files() -> None:
        for storage, name in files:
            storage.delete(name)

    transaction.on_commit(delete_files)
