"""Public identifiers: what stands in URLs, API answers and mail headers instead of a row number."""

import secrets
import uuid


def new_public_id() -> uuid.UUID:
    """128 random bits. All of them, where a version-4 UUID would spend six on its own label."""
    return uuid.UUID(bytes=secrets.token_bytes(16))


def new_public_ids(count: int) -> list[uuid.UUID]:
    """As many of them, drawn at once."""
    drawn = secrets.token_bytes(16 * count) if count else b""
    return [uuid.UUID(bytes=drawn[at : at + 16]) for at in range(0, len(drawn), 16)]
