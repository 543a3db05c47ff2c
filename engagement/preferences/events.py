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


@dataclass(frozen=True)
class CustomerConsentPending(News):
    """Somebody agreed, and is to confirm that the mailbox is theirs. `consent` is the statement."""

    name: ClassVar[str] = "customer.consent_pending"
    customer_id: int
    consent: int


@dataclass(frozen=True)
class CustomerLeftTopic(News):
    """The customer wants no more mail on one topic; the others go on."""

    name: ClassVar[str] = "customer.left_topic"
    customer_id: int
    topic: str
    source: str
