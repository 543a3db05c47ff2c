"""The link to a private paper of an order: opaque, unforgeable, good for this one paper only."""

import struct
import uuid

from django.conf import settings

from core.links import seal, unseal
from core.stores.models import Store
from orders.models import OrderDocument

PURPOSE = "paper of an order"
_layout = struct.Struct(">Q16s")


def paper_url(*, store: Store, paper: OrderDocument) -> str:
    """The absolute address at which whoever got the mail finds the file."""
    plain = _layout.pack(store.pk, paper.public_id.bytes)
    return f"{settings.SITE_URL}/p/{seal(purpose=PURPOSE, plain=plain)}/"


def read_paper_token(token: str) -> tuple[int, uuid.UUID] | None:
    """Store id and the paper's public id; None for a forgery."""
    plain = unseal(purpose=PURPOSE, token=token)
    if plain is None or len(plain) != _layout.size:
        return None
    store_id, public_id = _layout.unpack(plain)
    return store_id, uuid.UUID(bytes=public_id)
