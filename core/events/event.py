"""What a reaction receives: plain data about something that has happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Origin = Literal["live", "import", "replay"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in one store.

    `subject` names what it happened to as ``kind:id`` (``order:812``). `occurred_at` is when it
    happened in the shop's world, not when we heard. `payload` is JSON: ids and plain values.
    """

    id: int
    name: str
    store_id: int
    subject: str
    payload: dict[str, Any]
    occurred_at: datetime
    origin: Origin
