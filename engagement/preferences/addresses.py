"""How an address is known once it may no longer be kept in the clear."""

from core.secrets import keyed_hashes
from orders.email_address import normalize_email


def normalised(email: str) -> str:
    """The address as everybody writes it who means the same mailbox; no address, as it is."""
    return normalize_email(email) or email.strip().lower()


def address_hash(email: str) -> str:
    """What the suppression list keeps of an address: a keyed hash that outlives an erasure."""
    return address_hashes(email)[0]


def address_hashes(email: str) -> list[str]:
    """`address_hash`, and what it was under earlier secret keys: a no outlives a change of key."""
    return keyed_hashes(purpose="suppression", value=normalised(email))
