"""Addresses a customer has used."""

from dataclasses import asdict
from datetime import datetime

from orders.ingest.snapshots import AddressSnapshot
from orders.models import Customer, CustomerAddress
from orders.operations.fit_row import fingerprint, plain


def remember_address(*, customer: Customer, address: AddressSnapshot, used_at: datetime) -> None:
    """Keep the address once, whatever its spacing and capitals, with when it was last used.

    The customer is locked by the caller.
    """
    known_by = address_fingerprint(address)
    if not known_by:
        return
    fresh = CustomerAddress(
        store_id=customer.store_id,
        customer=customer,
        fingerprint=known_by,
        lines=plain(address),
        last_used_at=used_at,
    )
    if not CustomerAddress.objects.insert_new([fresh]):
        CustomerAddress.objects.filter(
            customer=customer, fingerprint=known_by, last_used_at__lt=used_at
        ).update(lines=fresh.lines, last_used_at=used_at)


def address_fingerprint(address: AddressSnapshot) -> str:
    """What an address is known by, whatever its spacing and capitals; empty for an empty one."""
    told = {
        key: " ".join(text.split()).casefold()
        for key, text in asdict(address).items()
        if key != "phone"
    }
    return fingerprint(told) if any(told.values()) else ""
