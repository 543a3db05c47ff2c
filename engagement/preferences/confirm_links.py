"""The link in the mail that asks whether somebody meant their yes."""

import struct
from datetime import timedelta

from django.conf import settings

from core.links import seal, unseal

PURPOSE = "confirm consent"
GOOD_FOR = timedelta(days=30)
_layout = struct.Struct(">QQ")


def confirm_url(*, store_id: int, consent_id: int) -> str:
    """The absolute address of the page with the button."""
    token = seal(purpose=PURPOSE, plain=_layout.pack(store_id, consent_id))
    return f"{settings.SITE_URL}/u/confirm/{token}/"


def read_confirm_token(token: str) -> tuple[int, int] | None:
    """(store id, the pending statement's id); None for a forgery."""
    plain = unseal(purpose=PURPOSE, token=token)
    if plain is None or len(plain) != _layout.size:
        return None
    store_id, consent_id = _layout.unpack(plain)
    return store_id, consent_id
