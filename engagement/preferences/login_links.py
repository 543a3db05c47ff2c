"""The link and the six digits that a login mail carries, both made of the request's own secret id.

Nothing that opens a door is stored: the request's row only says whether it was used (A1, A3).
"""

import hashlib
import hmac
import uuid

from django.conf import settings

from core.links import seal, unseal
from core.stores.models import Store

_purpose = "login"
DIGITS = 6
LOGIN_MINUTES = 10


def login_url(*, store: Store, request_id: uuid.UUID) -> str:
    """The absolute address that lets the browser in which asked for it."""
    token = seal(purpose=_purpose, plain=request_id.bytes)
    return f"{settings.SITE_URL}/portal/{store.slug}/enter/{token}/"


def read_login_token(token: str) -> uuid.UUID | None:
    """Which request the link belongs to; None for a forgery."""
    plain = unseal(purpose=_purpose, token=token)
    return uuid.UUID(bytes=plain) if plain is not None and len(plain) == 16 else None


def login_codes(*, request_id: uuid.UUID) -> list[str]:
    """The digits under the present key, then under earlier ones: ``"042917"``."""
    return [
        _digits(key=key, request_id=request_id)
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _digits(*, key: str, request_id: uuid.UUID) -> str:
    digest = hmac.new(
        hashlib.sha256(f"login code:{key}".encode()).digest(), request_id.bytes, hashlib.sha256
    ).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"
