"""The public news of messages."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class MessageBounced(News):
    """The provider says that the address does not exist (a permanent bounce)."""

    name: ClassVar[str] = "message.bounced"
    message_id: int
    customer_id: int | None


@dataclass(frozen=True)
class MessageComplained(News):
    """The receiver marked the mail as spam."""

    name: ClassVar[str] = "message.complained"
    message_id: int
    customer_id: int | None


@dataclass(frozen=True)
class StepFailing(News):
    """Several mails of one step in a row could not be written: its text or structure is broken."""

    name: ClassVar[str] = "message.step_failing"
    message_id: int
    flow: str
    step: str
    failures: int
