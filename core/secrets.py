"""Keys, tokens and credentials: making them, hashing them, keeping them unreadable."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class CredentialsUnreadable(Exception):
    """A stored credential cannot be opened with any key in ``CREDENTIALS_KEY``."""


def refuse_bad_keys(keys: Sequence[str]) -> None:
    """Raise `ImproperlyConfigured` at the start, in words, rather than at the first webhook."""
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                "CREDENTIALS_KEY holds a key that is none: each is 32 bytes in URL-safe base64, "
                "and several are parted by commas, the newest first."
            ) from error


def kept_key(path: Path, *, fernet: bool = False) -> str:
    """The key kept in `path`, made on first use and readable by its owner only.

    For laptops, where nobody sets an environment: sessions and links survive a restart.
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        key = Fernet.generate_key().decode() if fernet else secrets.token_urlsafe(48)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first; its key is the key
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(key)
        return key


def new_token() -> str:
    """A bearer secret of 256 bits for a URL or header. Store only `hash_token` of it."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 of a random token, as hex. Tokens are long and random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(*, purpose: str, value: str) -> str:
    """HMAC-SHA256 of `value` as hex, for looking personal data up after it was erased."""
    return keyed_hashes(purpose=purpose, value=value)[0]


def keyed_hashes(*, purpose: str, value: str) -> list[str]:
    """`keyed_hash` under the present key, then under each of ``SECRET_KEY_FALLBACKS``."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [
        hmac.digest(
            hashlib.sha256(f"{purpose}:{key}".encode()).digest(), value.encode(), "sha256"
        ).hex()
        for key in keys
    ]


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(plain: str) -> str:
    """`plain` sealed with the newest credentials key; empty stays empty."""
    if not plain:
        return ""
    return _box(tuple(settings.CREDENTIALS_KEYS)).encrypt(plain.encode()).decode()


def decrypt(sealed: str) -> str:
    """What `encrypt` sealed, with any live key. Raises `CredentialsUnreadable`."""
    return _opened(sealed, tuple(settings.CREDENTIALS_KEYS)) if sealed else ""


@lru_cache(maxsize=512)  # every delivery asks for its endpoint's; the keys are in memory anyway
def _opened(sealed: str, keys: tuple[str, ...]) -> str:
    try:
        return _box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CredentialsUnreadable(
            "A stored credential was encrypted with a key that CREDENTIALS_KEY no longer holds."
        ) from error
