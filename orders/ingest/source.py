"""What every source of news is: one class, one file beside this one, one line in `sources.py`."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from core.secrets import new_token
from orders.ingest.snapshots import News

DEDUP_LIMIT = 190
TOPIC = re.compile(r"[a-z0-9_./-]{1,80}")

Headers = Mapping[str, str]  # names in lower case


class Source:
    """A shop platform or carrier that posts to us. Everything here is pure: no database, no clock."""

    name: ClassVar[str]
    label: ClassVar[str]
    kept_headers: ClassVar[tuple[str, ...]] = ()
    signs_its_time: ClassVar[bool] = False  # a delivery is refused when our clocks differ too much
    # Topics whose whole body is ``{"id": n}``: the body does not say what the number belongs to.
    bare_topics: ClassVar[tuple[str, ...]] = ()

    def new_secret(self) -> str:
        """A signing secret for platforms that let us choose it."""
        return new_token()

    def check_secret(self, secret: str) -> str:
        """`secret` as it is kept; raises ValueError with what is wrong."""
        if len(secret) < 8:
            raise ValueError("The signing secret is shorter than 8 characters.")
        return secret

    def clicks(self, *, url: str, secret: str) -> str:
        """What to click at the platform so that it posts to `url`."""
        raise NotImplementedError

    def is_genuine(
        self, *, body: bytes, headers: Headers, secrets: Sequence[str], now: datetime
    ) -> bool:
        """Does one of the live `secrets` sign the raw `body`?"""
        raise NotImplementedError

    def is_ping(self, *, body: bytes, headers: Headers) -> bool:
        """An unsigned hello that only wants a 200. Nothing of it is kept."""
        return False

    def topic(self, *, body: bytes, headers: Headers) -> str:
        """What kind of news it claims to be; selects the schema and decides nothing else."""
        raise NotImplementedError

    def dedup_key(self, *, body: bytes, headers: Headers, topic: str) -> str:
        """The same for every repeat of one delivery, by this provider's own rule."""
        raise NotImplementedError

    def parse(
        self,
        *,
        topic: str,
        body: bytes,
        headers: Headers,
        received_at: datetime,
        currency: str = "",
    ) -> list[News]:
        """What the body says, in our words. `currency` is the store's, for amounts that name none.

        Raises `snapshots.Unreadable`.
        """
        raise NotImplementedError


def body_hash(body: bytes) -> str:
    """SHA-256 of the raw body, as hex."""
    return hashlib.sha256(body).hexdigest()


def key_of(*parts: str) -> str:
    """A de-duplication key out of `parts`, hashed where it would not fit its column."""
    key = ":".join(parts)
    if len(key) <= DEDUP_LIMIT and key.isprintable():
        return key
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def clean_topic(value: str) -> str:
    """A topic header in lower case; what cannot be one is empty."""
    topic = value.strip().lower()
    return topic if TOPIC.fullmatch(topic) else ""
