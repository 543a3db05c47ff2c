"""Links that are keys: to a guarantee's page for its owner, to a claim's for who is to answer it."""

import struct
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from core.links import seal, unseal
from core.stores.models import Store
from orders.models import Claim, Guarantee

Purpose = Literal["guarantee", "claim party"]
_layout = struct.Struct(">QQHQ")


@dataclass(frozen=True, slots=True)
class WarrantyLink:
    """What an opened link says. `epoch` must still be the row's; `party_id` 0 for an owner's link."""

    store_id: int
    row_id: int
    epoch: int
    party_id: int = 0


def guarantee_token(guarantee: Guarantee) -> str:
    """The token of the guarantee's page; it lasts until `link_epoch` is raised."""
    return _token("guarantee", guarantee.store_id, guarantee.pk, guarantee.link_epoch, 0)


def guarantee_url(*, guarantee: Guarantee, store: Store) -> str:
    """The absolute address of the guarantee's page."""
    return f"{settings.SITE_URL}/portal/{store.slug}/warranty/{guarantee_token(guarantee)}/"


def party_token(claim: Claim) -> str:
    """The token of the claim's page for the party that holds it; worthless once another does."""
    return _token("claim party", claim.store_id, claim.pk, claim.link_epoch, claim.party_id or 0)


def party_url(*, claim: Claim, store: Store) -> str:
    """The absolute address of that page."""
    return f"{settings.SITE_URL}/portal/{store.slug}/party/{party_token(claim)}/"


def read_warranty_token(*, purpose: Purpose, token: str) -> WarrantyLink | None:
    """What the token says; None for a forgery, or one of another purpose."""
    plain = unseal(purpose=purpose, token=token)
    if plain is None or len(plain) != _layout.size:
        return None
    return WarrantyLink(*_layout.unpack(plain))


def _token(purpose: Purpose, *numbers: int) -> str:
    return seal(purpose=purpose, plain=_layout.pack(*numbers))
