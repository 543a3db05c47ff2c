"""The public news of messages."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class MessageBounced(News):
    """The provider says that the address does not exist (a permanent bounce).

    `address_hash` is that of the address the mail went to, which the customer may have changed.
    """

    name: ClassVar[str] = "message.bounced"
    message_id: int
    customer_id: int | None
    address_hash: str = ""


@dataclass(frozen=True)
class MessageComplained(News):
    """The receiver marked the mail as spam."""

    name: ClassVar[str] = "message.complained"
    message_id: int
    customer_id: int | None
    address_hash: str = ""


@dataclass(frozen=True)
class MessageUnsubscribed(News):
    """The receiver left through the provider's own link or its list of those who left."""

    name: ClassVar[str] = "message.unsubscribed"
    message_id: int
    customer_id: int | None
    address_hash: str = ""


@dataclass(frozen=True)
class StepFailing(News):
    """Several mails of one step in a row could not be written: its text or structure is broken."""

    name: ClassVar[str] = "message.step_failing"
    message_id: int
    flow: str
    step: str
    failures: int
