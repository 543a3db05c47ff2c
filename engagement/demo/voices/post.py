"""One delivery, before it is signed."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Post:
    """What a platform posts: `body` is JSON; `topic` goes wherever the source keeps it."""

    source: str
    topic: str
    body: dict[str, Any]


def money(minor: int) -> str:
    """Hundredths as a decimal text; the demo's currencies have two decimals."""
    return f"{minor // 100}.{minor % 100:02d}"
