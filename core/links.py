"""Addresses that are keys: sealed, so that they name nobody, cannot be forged and need no row of their own.

AES-SIV seals a few bytes with a 128-bit tag. It needs no nonce, so the same mail written twice carries
the same link.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings


@lru_cache(maxsize=32)
def _box(purpose: str, secret_key: str) -> AESSIV:
    return AESSIV(hashlib.sha256(f"{purpose} link:{secret_key}".encode()).digest())


def seal(*, purpose: str, plain: bytes) -> str:
    """`plain` as a token for an address. A token of one purpose opens nothing of another."""
    sealed = _box(purpose, settings.SECRET_KEY).encrypt(plain, [purpose.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(*, purpose: str, token: str) -> bytes | None:
    """What `seal` sealed; None for a forgery. Keys in ``SECRET_KEY_FALLBACKS`` still open old links."""
    if len(token) > 400:
        return None
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    if base64.urlsafe_b64encode(sealed).decode().rstrip("=") != token:
        return None  # one token has one spelling
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _box(purpose, key).decrypt(sealed, [purpose.encode()])
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            continue
    return None
