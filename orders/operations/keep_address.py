"""A customer writes an address into their book."""

from datetime import datetime

from django.db import transaction

from orders.ingest.snapshots import AddressSnapshot
from orders.models import Customer
from orders.operations.remember_address import remember_address


def keep_address(*, customer: Customer, address: AddressSnapshot, now: datetime) -> None:
    """Keep it once, as used now, so that it stands first. Inside the store's scope."""
    with transaction.atomic():
        locked = Customer.objects.select_for_update().get(pk=customer.pk)
        remember_address(customer=locked, address=address, used_at=now)
