"""The link to a private paper of an order: opaque, unforgeable, good for this one paper only."""

import struct
import uuid

from django.conf import settings

from core.links import seal, unseal
from core.stores.models import Store
from orders.models import OrderDocument

PURPOSE = "paper of an order"
_layout = struct.Struct(">Q16sH")
_before = struct.Struct(">Q16s")  # mailed while papers did not follow their order's links


def paper_url(*, store: Store, paper: OrderDocument) -> str:
    """The absolute address at which whoever got the mail finds the file, until the links of its
    order are renewed. Reads the paper's order."""
    plain = _layout.pack(store.pk, paper.public_id.bytes, paper.order.link_epoch)
    return f"{settings.SITE_URL}/p/{seal(purpose=PURPOSE, plain=plain)}/"


def read_paper_token(token: str) -> tuple[int, uuid.UUID, int] | None:
    """Store id, the paper's public id, and the epoch that its order's links must still have; None for
    a forgery."""
    plain = unseal(purpose=PURPOSE, token=token)
    if plain is None or len(plain) not in (_layout.size, _before.size):
        return None
    if len(plain) == _before.size:
        plain += b"\0\0"
    store_id, public_id, epoch = _layout.unpack(plain)
    return store_id, uuid.UUID(bytes=public_id), epoch
