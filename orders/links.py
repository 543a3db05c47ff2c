"""The link to one order's page, in every mail of that order: for who bought it, or for who is given it."""

import struct
import uuid
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from core.links import seal, unseal
from core.stores.models import Store
from orders.models import Order

Audience = Literal["buyer", "recipient"]
AUDIENCES: tuple[Audience, ...] = ("buyer", "recipient")
_purpose = "order"
_layout = struct.Struct(">QQHB")


@dataclass(frozen=True, slots=True)
class OrderLink:
    """What an opened link says. `epoch` must still be the order's: revoking raises it."""

    store_id: int
    order_id: int
    epoch: int
    audience: Audience


def order_token(*, order: Order, audience: Audience = "buyer") -> str:
    """The token of the order's page. It lasts until `revoke_order_links`."""
    plain = _layout.pack(order.store_id, order.pk, order.link_epoch, AUDIENCES.index(audience))
    return seal(purpose=_purpose, plain=plain)


def order_url(*, store: Store, order: Order, audience: Audience = "buyer") -> str:
    """The absolute address of the order's page."""
    token = order_token(order=order, audience=audience)
    return f"{settings.SITE_URL}/portal/{store.slug}/o/{token}/"


def return_url(*, store: Store, order: Order, public_id: uuid.UUID) -> str:
    """The absolute address of a return of the order, behind the order's own link."""
    return f"{order_url(store=store, order=order)}returns/{public_id}/"


def read_order_token(token: str) -> OrderLink | None:
    """What the token says; None for a forgery."""
    plain = unseal(purpose=_purpose, token=token)
    if plain is None or len(plain) != _layout.size:
        return None
    store_id, order_id, epoch, audience = _layout.unpack(plain)
    return OrderLink(store_id, order_id, epoch, AUDIENCES[audience])
