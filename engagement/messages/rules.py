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
    """Send it now, to this address, in this language, from this data.

    From `until` (the store's time) on it must be judged anew: its sending hours are over by then.
    `gives` is what the rules want to be asked about before it is written and at MARK: something
    that the mail hands over, like a voucher. The engine does not look into it. `measures`: the shop
    and the person both want to have its links measured.
    """

    to_email: str
    to_name: str
    language: str
    context: dict[str, Any] = field(repr=False)
    until: datetime | None = None
    gives: Any = field(default=None, repr=False)
    measures: bool = False


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
    """The questions. They are asked inside the store's scope, for messages of one store."""

    def judge(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Ruling]:
        """A ruling per message id, from everything known now. A fixed number of queries a call."""
        ...

    def forbidden(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Skip | Wait]:
        """Asked again at MARK, in its transaction, with the customers locked: who must not go.

        Reads only what may have changed since `judge`: suppression, consent, order state, flow
        state and holds. A message that is not in the answer may go.
        """
        ...

    def make(self, *, gives: Mapping[int, Any], now: datetime) -> Mapping[int, Mapping[str, Any]]:
        """Make what these mails hand over, by message id (`Go.gives`), not valid yet.

        Asked before they are written; what each mail may say of it joins its context. A mail that
        is not in the answer goes without.
        """
        ...

    def withheld(self, *, gives: Mapping[int, Any], now: datetime) -> Mapping[int, Wait]:
        """Asked at MARK, with the customers locked: what must not be handed over any more. Such a
        mail is not sent as it is written."""
        ...

    def hand_out(self, *, gives: Mapping[int, Any], now: datetime) -> None:
        """In MARK's transaction: what these marked mails hand over is valid from now on."""
        ...

    def grounds(self, *, marketing: bool) -> str | None:
        """What `forbidden` reads for one message, so that MARK need not ask it where none changed.

        An expression in PostgreSQL's SQL over ``m``, a row of messages, whose text becomes another
        one with every write to a row that `forbidden` reads, suppression excepted (MARK looks at
        that itself). None where it cannot be told; then `forbidden` is asked for every mail.
        """
        ...


def send_rules() -> SendRules:
    """The rules of this installation."""
    return import_string(settings.SEND_RULES)
