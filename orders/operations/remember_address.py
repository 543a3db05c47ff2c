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
    row, made = CustomerAddress.objects.get_or_create(
        store_id=customer.store_id,
        customer=customer,
        fingerprint=known_by,
        defaults={"lines": plain(address), "last_used_at": used_at},
    )
    if not made and row.last_used_at < used_at:
        row.lines, row.last_used_at = plain(address), used_at
        row.save(update_fields=["lines", "last_used_at"])


def address_fingerprint(address: AddressSnapshot) -> str:
    """What an address is known by, whatever its spacing and capitals; empty for an empty one."""
    told = {
        key: " ".join(text.split()).casefold()
        for key, text in asdict(address).items()
        if key != "phone"
    }
    return fingerprint(told) if any(told.values()) else ""
