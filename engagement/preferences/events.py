"""The public news of preferences."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class CustomerUnsubscribed(News):
    """The customer wants no marketing mail any more. `source` is where they said so."""

    name: ClassVar[str] = "customer.unsubscribed"
    customer_id: int
    source: str
