"""The link in the foot of a mail: opaque, unforgeable, never expiring, and naming nobody.

AES-SIV seals store, customer and message into 48 bytes with a 128-bit tag. It needs no nonce, so
the same mail always carries the same link, also when it is written a second time.
"""

import base64
import hashlib
import struct
import uuid
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from core.stores.models import Store

_layout = struct.Struct(">QQ16s")
_purpose = [b"unsubscribe"]
TOKEN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Reader:
    """Who holds the link, and from which mail."""

    store_id: int
    customer_id: int
    message_public_id: uuid.UUID


@lru_cache(maxsize=8)
def _seal(secret_key: str) -> AESSIV:
    return AESSIV(hashlib.sha256(b"unsubscribe link:" + secret_key.encode()).digest())


def unsubscribe_token(*, store: Store, customer_id: int, message_public_id: uuid.UUID) -> str:
    """The token of the link in one mail."""
    plain = _layout.pack(store.pk, customer_id, message_public_id.bytes)
    return base64.urlsafe_b64encode(_seal(settings.SECRET_KEY).encrypt(plain, _purpose)).decode()


def unsubscribe_url(*, store: Store, customer_id: int, message_public_id: uuid.UUID) -> str:
    """The absolute address at which this customer leaves, for this mail's foot and headers."""
    token = unsubscribe_token(
        store=store, customer_id=customer_id, message_public_id=message_public_id
    )
    return f"{settings.SITE_URL}/u/{token}/"


def read_token(token: str) -> Reader | None:
    """Who holds it; None for a forgery. Keys in ``SECRET_KEY_FALLBACKS`` still open old links."""
    if len(token) != TOKEN_LENGTH:
        return None
    try:
        sealed = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return None
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            plain = _seal(key).decrypt(sealed, _purpose)
        except InvalidTag:
            continue
        store_id, customer_id, message = _layout.unpack(plain)
        return Reader(store_id, customer_id, uuid.UUID(bytes=message))
    return None
