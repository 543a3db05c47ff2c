"""Signing mails ourselves, for plain SMTP whose relay does not: DKIM (RFC 6376), RSA-2048, SHA-256.

Headers are relaxed, the body is simple: it is written in ASCII with CRLF and short lines, which no
relay has reason to touch. Each name is listed once more than it stands in the mail, so that nobody
can add another Subject or unsubscribe header to a signed mail.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_BITS = 2048
SIGNED = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"mime-version"),
    *(b"content-type", b"auto-submitted", b"list-id", b"list-unsubscribe"),
    *(b"list-unsubscribe-post", b"feedback-id"),
)
_field_ends = re.compile(rb"\r\n(?![ \t])")
_spaces = re.compile(rb"[ \t]+")


@dataclass(frozen=True, slots=True)
class Signer:
    """A domain's key, and the selector under which DNS has its other half."""

    domain: str
    selector: str
    pem: str

    def signed(self, mail: bytes) -> bytes:
        """`mail` (CRLF) with a DKIM-Signature before it. Raises ValueError for a key that is none."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = [_relaxed(field) for field in _field_ends.split(head)]
        # Of several headers of one name the last is signed first (RFC 6376 5.4.2).
        mine = [field for name in SIGNED for field in reversed(fields) if field[0] == name]
        names = b":".join([*(name for name, _ in mine), *SIGNED])
        text = body.rstrip(b"\r\n") + b"\r\n"
        tags = [
            b"v=1; a=rsa-sha256; c=relaxed/simple",
            b"d=" + self.domain.encode("idna"),
            b"s=" + self.selector.encode(),
            b"h=" + names,
            b"bh=" + base64.b64encode(hashlib.sha256(text).digest()),
            b"b=",
        ]
        to_sign = b"".join(name + b":" + value + b"\r\n" for name, value in mine)
        to_sign += b"dkim-signature:" + b"; ".join(tags)
        seal = base64.b64encode(_key(self.pem).sign(to_sign, padding.PKCS1v15(), hashes.SHA256()))
        # A fold may stand where relaxed headers see one space; in "b=" wherever it likes.
        lines = [seal[at : at + 72] for at in range(0, len(seal), 72)]
        field = b";\r\n ".join(tags) + b"\r\n ".join([b"", *lines])
        return b"DKIM-Signature: " + field + b"\r\n" + mail


def new_key() -> str:
    """A fresh private key as PEM, to be kept encrypted."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_part(pem: str) -> str:
    """The public half as DNS writes it, base64 of its DER. Raises ValueError."""
    der = (
        _key(pem)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return base64.b64encode(der).decode()


def record_name(*, domain: str, selector: str) -> str:
    """Under which name the TXT record belongs into DNS."""
    return f"{selector}._domainkey.{domain}"


def record_text(pem: str) -> str:
    """What the TXT record says. Raises ValueError."""
    return f"v=DKIM1; k=rsa; p={public_part(pem)}"


def published_key(record: str) -> str | None:
    """The public key in a TXT record; empty for one withdrawn, None where it is no DKIM record."""
    tags = {
        name.strip(): "".join(value.split())
        for name, sign, value in (part.partition("=") for part in record.split(";"))
        if sign
    }
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return None
    return tags["p"]


@lru_cache(maxsize=64)
def _key(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("Only RSA keys sign our mails.")
    return key


def _relaxed(field: bytes) -> tuple[bytes, bytes]:
    name, _, value = field.partition(b":")
    return name.strip().lower(), _spaces.sub(b" ", value.replace(b"\r\n", b"")).strip()
