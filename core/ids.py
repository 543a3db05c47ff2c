"""Public identifiers: what stands in URLs, API answers and mail headers instead of a row number."""

import secrets
import uuid


def new_public_id() -> uuid.UUID:
    """128 random bits. All of them, where a version-4 UUID would spend six on its own label."""
    return uuid.UUID(bytes=secrets.token_bytes(16))
