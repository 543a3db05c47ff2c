"""Signatures over raw bytes, compared in constant time. The only place that compares them."""

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime

STANDARD_TOLERANCE_SECONDS = 300
STANDARD_PREFIX = "whsec_"


def signed_base64(*, body: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """HMAC-SHA256 of `body` in base64 (Shopify, WooCommerce, AfterShip)."""
    return any(
        _equal(base64.b64encode(_hmac(secret.encode(), body)), signature) for secret in secrets
    )


def signed_hex(*, body: bytes, signature: str, secrets: Sequence[str], prefix: str) -> bool:
    """HMAC-SHA256 of `body` in hex behind `prefix`, the secret NFKD-normalised first (EasyPost)."""
    return any(
        _equal(
            (prefix + _hmac(unicodedata.normalize("NFKD", secret).encode(), body).hex()).encode(),
            signature,
        )
        for secret in secrets
    )


def signed_standard(
    *,
    body: bytes,
    message_id: str,
    timestamp: str,
    signatures: str,
    secrets: Sequence[str],
    now: datetime,
) -> bool:
    """Standard Webhooks: ``v1`` over id, timestamp and body; stale and future ones are refused.

    The `standardwebhooks` package reads the machine's clock itself, decodes the body as text and
    stumbles over malformed signature lists, so it signs in the tests and does not check here.
    """
    if not message_id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > STANDARD_TOLERANCE_SECONDS:
        return False
    content = f"{message_id}.{timestamp}.".encode() + body
    expected = [base64.b64encode(_hmac(standard_key(secret), content)) for secret in secrets]
    given = [part.removeprefix("v1,") for part in signatures.split() if part.startswith("v1,")]
    return any(_equal(one, candidate) for one in expected for candidate in given[:10])


def standard_key(secret: str) -> bytes:
    """The key inside ``whsec_…``. Raises ValueError where it is no base64 of 24 bytes or more."""
    try:
        key = base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("A Standard Webhooks secret is base64, like whsec_C2Fm…") from error
    if len(key) < 24:
        raise ValueError("A Standard Webhooks secret holds at least 24 bytes.")
    return key


def _hmac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()


def _equal(expected: bytes, given: str) -> bool:
    return hmac.compare_digest(expected, given.strip().encode("utf-8", "surrogatepass"))
