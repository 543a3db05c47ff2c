"""The open connections of one account: several to a relay that is far away, each with one mail at a time.

Threads wait for the network and do nothing else: whoever calls marks, records and settles.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from engagement.messages.delivery.accounts import Sender
from engagement.messages.delivery.outcomes import Fate, Outcome, classify
from engagement.messages.models import Outbox

log = structlog.get_logger(__name__)
SOMEBODY_ELSES = (Fate.NOT_ACCEPTED, Fate.PROVIDER_DOWN, Fate.UNCERTAIN)
Mail = tuple[Outbox, EmailMultiAlternatives]


@dataclass(slots=True)
class Handed:
    """What became of mails. `left` were not begun; what is in none is unclear, or on its way.

    Lines write at one end while whoever settles takes from the other.
    """

    left: deque[tuple[Outbox, EmailMultiAlternatives, "Before | None"]] = field(
        default_factory=deque
    )
    accepted: deque[tuple[int, str]] = field(default_factory=deque)
    """(message id, the provider's own id)."""
    failed: deque[tuple[Outbox, Outcome]] = field(default_factory=deque)
    refused: deque[Outbox] = field(default_factory=deque)
    """Not begun, because `before` said so."""

    def is_hopeless(self, *, after_failures: int) -> bool:
        """Whether the account, not a mail, is what fails: the rest should not be tried."""
        outcomes = [outcome for _, outcome in tuple(self.failed)]
        return sum(one.fate in SOMEBODY_ELSES for one in outcomes) >= after_failures or any(
            one.fate is Fate.PROVIDER_DOWN or one.retry_after is not None for one in outcomes
        )


@dataclass(slots=True, eq=False)
class Line:
    """One connection. `unrecorded`: what it handed over last, where each records its own."""

    backend: BaseEmailBackend
    unrecorded: dict[int, str] = field(default_factory=dict)


Before = Callable[[Outbox, dict[int, str]], bool]
"""Asked in a connection's thread before it hands a mail over, with what that connection handed over
last: whether it may. What was recorded it takes out."""


class Lines:
    """Up to `sender.connections` connections, opened when first needed, closed by `close`."""

    def __init__(self, *, sender: Sender) -> None:
        self._sender = sender
        self._open: list[Line] = []
        self._free: deque[Line] = deque()
        self._pool = (
            ThreadPoolExecutor(max_workers=sender.connections, thread_name_prefix="line")
            if sender.connections > 1
            else None
        )

    def open(self) -> Exception | None:
        """Open what is not open; why none could be opened, or None when at least one is.

        A relay that takes fewer connections than we are set to use gets as many as it takes.
        """
        missing = [self._sender.connect() for _ in range(self._sender.connections - len(self))]
        if not missing:
            return None
        tried = list(self._pool.map(_opened, missing) if self._pool else map(_opened, missing))
        new = [Line(backend) for backend, error in tried if error is None]
        self._open += new
        self._free += new
        if self._open:
            return None
        return next(error for _, error in tried if error is not None)

    def __len__(self) -> int:
        return len(self._open)

    def close(self) -> None:
        """Hang up; an error in doing so means nothing any more."""
        backends = [line.backend for line in self._open]
        self._open.clear()
        self._free.clear()
        if self._pool is not None:
            list(self._pool.map(_hang_up, backends))
            self._pool.shutdown()
        else:
            for backend in backends:
                _hang_up(backend)

    def take_unrecorded(self) -> dict[int, str]:
        """What the connections handed over last and have not recorded, once none is at work."""
        taken: dict[int, str] = {}
        for line in self._open:
            taken |= line.unrecorded
            line.unrecorded.clear()
        return taken

    def begin(
        self,
        mails: Sequence[Mail],
        *,
        handed: Handed,
        may_go_on: Callable[[], bool],
        before: Before | None = None,
    ) -> list[Future[None]]:
        """Hand over `mails`, noting in `handed` what becomes of each; what to wait for.

        With one connection everything has happened when this returns. `may_go_on` is asked before
        each mail, and so is `before` by the connection that takes it, which then keeps what it
        handed over as unrecorded.
        """
        handed.left.extend((*mail, before) for mail in mails)
        if self._takes_all(mails):
            handed.accepted.extend((row.pk, provider_id(email)) for row, email in mails)
            handed.left.clear()
        if self._pool is None:
            self._work(handed, may_go_on)
            return []
        return [self._pool.submit(self._work, handed, may_go_on) for _ in mails]

    def _work(self, handed: Handed, may_go_on: Callable[[], bool]) -> None:
        while handed.left and may_go_on():
            try:
                line = self._free.popleft()
            except IndexError:  # whoever has one looks for more mails after putting it back
                return
            try:
                # Before the network: whoever interrupts us there (Ctrl-C) leaves it unclear.
                row, email, before = handed.left.popleft()
            except IndexError:  # another line was quicker
                self._free.append(line)
                return
            if before is not None and not before(row, line.unrecorded):
                handed.refused.append(row)
                self._free.append(line)
                continue
            outcome = _one(line.backend, email)
            if outcome is None:
                if before is not None:
                    line.unrecorded[row.pk] = provider_id(email)
                handed.accepted.append((row.pk, provider_id(email)))
            else:
                handed.failed.append((row, outcome))
                _hang_up(line.backend)
                if _opened(line.backend)[1] is not None:
                    self._open.remove(line)
                    continue
            self._free.append(line)

    def _takes_all(self, mails: Sequence[Mail]) -> bool:
        """Whether a mailbox that keeps a list wholly or not at all has kept them all. What it
        refuses is then handed over one by one, to find out which."""
        line: Any = self._open[0].backend if self._open else None
        if len(mails) < 2 or not getattr(line, "keeps_all_or_none", False):
            return False
        emails = [email for _, email in mails]
        if not all(email.recipients() for email in emails):
            return False
        try:
            return bool(line.send_messages(emails) == len(emails))
        except Exception as error:
            log.info("batch_not_kept", exc=type(error).__name__)
            return False


def _opened(line: BaseEmailBackend) -> tuple[BaseEmailBackend, Exception | None]:
    try:
        line.open()
    except Exception as error:
        return line, error
    return line, None


def _hang_up(line: BaseEmailBackend) -> None:
    try:
        line.close()
    except Exception as error:
        log.info("connection_close_failed", error=type(error).__name__)


def _one(line: BaseEmailBackend, email: EmailMultiAlternatives) -> Outcome | None:
    """None when accepted."""
    try:
        if line.send_messages([email]):
            return None
        return Outcome(Fate.BAD_CONTENT, "The sending account took no mail from us.")
    except Exception as error:
        outcome = classify(error, body_begun=getattr(line, "body_begun", True))
        log.warning(
            "hand_over_failed",
            fate=outcome.fate.name,
            why=outcome.detail,
            exc=type(error).__name__,
        )
        return outcome


def provider_id(email: EmailMultiAlternatives) -> str:
    """The provider's own id of an accepted mail; our Message-ID where there is no other."""
    status = getattr(email, "anymail_status", None)
    told = getattr(status, "message_id", None)
    return told if isinstance(told, str) else str(email.extra_headers.get("Message-ID", ""))
