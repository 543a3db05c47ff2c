"""Mails about a claim that are not for its customer: for who mends it, and for the shop's own people."""

from core.stores.models import Store
from orders.models import Claim

TO_PARTY, TO_SHOP = "claim_for_party", "claim_overdue"
OUTSIDE = (TO_PARTY, TO_SHOP)


def address_of(*, flow: str, claim: Claim | None, party_id: int | None, store: Store) -> str:
    """Where such a mail goes; empty where it has become pointless."""
    if claim is None or claim.closed_at is not None:
        return ""
    if flow == TO_SHOP:
        return shop_address(store)
    return claim.party.email if claim.party is not None and claim.party_id == party_id else ""


def shop_address(store: Store) -> str:
    """Where the shop's people read mail."""
    return store.contact_email or store.reply_to or store.sender_email


def addresses_of(claim: Claim, store: Store) -> list[str]:
    """Every address that a mail about the claim may go to besides its customer's."""
    found = [claim.party.email if claim.party is not None else "", shop_address(store)]
    return [address for address in found if address]
