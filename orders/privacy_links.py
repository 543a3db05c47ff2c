"""The links in mails about people's data: to a copy that lies ready, and to think better of an erasure."""

import struct
from typing import Literal

from django.conf import settings

from core.links import seal, unseal
from core.stores.models import Store
from orders.models import PrivacyRequest

Deed = Literal["copy", "keep"]
_layout = struct.Struct(">QQ")


def demand_url(*, store: Store, demand_id: int, deed: Deed) -> str:
    """The absolute address of that deed's page. It opens for as long as the deed makes sense."""
    token = seal(purpose=f"data: {deed}", plain=_layout.pack(store.pk, demand_id))
    return f"{settings.SITE_URL}/portal/{store.slug}/privacy/{deed}/{token}/"


def read_demand_token(*, store: Store, token: str, deed: Deed) -> PrivacyRequest | None:
    """The demand behind a token of that deed; None for a forgery or another store's."""
    plain = unseal(purpose=f"data: {deed}", token=token)
    if plain is None or len(plain) != _layout.size:
        return None
    store_id, demand_id = _layout.unpack(plain)
    if store_id != store.pk:
        return None
    return PrivacyRequest.objects.filter(pk=demand_id).select_related("customer").first()
