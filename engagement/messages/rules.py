"""What the engine asks before a mail leaves. `engagement.flows` answers, through ``settings.SEND_RULES``.

The engine knows queues and providers, not orders or flows; the rules know when a mail makes sense.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from engagement.messages.models import Message


@dataclass(frozen=True, slots=True)
class Go:
    """Send it now, to this address, in this language, from this data."""

    to_email: str
    to_name: str
    language: str
    context: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: put it back until then. `counts` when it uses up one of the allowed deferrals."""

    until: datetime
    why: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """Not at all, for a `Reason` that the merchant can read."""

    reason: str
    detail: str = ""


Ruling = Go | Wait | Skip


class SendRules(Protocol):
    """The two questions. Both are asked inside the store's scope, for messages of one store."""

    def judge(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Ruling]:
        """A ruling per message id, from everything known now. A fixed number of queries a call."""
        ...

    def forbidden(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Skip | Wait]:
        """Asked again at MARK, in its transaction, with the customers locked: who must not go.

        Reads only what may have changed since `judge`: suppression, consent, order state, flow
        state and holds. A message that is not in the answer may go.
        """
        ...


def send_rules() -> SendRules:
    """The rules of this installation."""
    return import_string(settings.SEND_RULES)
