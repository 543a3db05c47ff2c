"""Hand marked mails to the provider, and settle each by what came back."""

import random
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime
from functools import partial

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from core.clock import real_now
from engagement.messages.delivery.accounts import Sender
from engagement.messages.delivery.breaker import note_failure, note_success, pause_account
from engagement.messages.delivery.lines import Before, Handed, Lines, Mail
from engagement.messages.delivery.outcomes import Fate, Outcome, classify
from engagement.messages.events import MessageBounced
from engagement.messages.limits import Limits
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations import release
from engagement.messages.operations.release import Ending
from engagement.messages.operations.tell import tell, who
from engagement.messages.operations.unrecorded import record_or_remember
from engagement.messages.policies import backoff

log = structlog.get_logger(__name__)

MOST_SESSIONS = 8
"""With more connections mails are marked in groups: a worker must not take all the database has."""


class HandOver:
    """The network side of one batch. `must_stop` once the account should be left alone."""

    def __init__(self, *, sender: Sender, token: str, limits: Limits) -> None:
        self.sender = sender
        self.token = token
        self.limits = limits
        self.must_stop = False
        self.accepted: dict[int, str] = {}
        """Taken by the provider and not recorded yet: provider's id by message id."""
        self.side_by_side = (
            1 < sender.connections <= MOST_SESSIONS
            and connection.vendor == "postgresql"
            and not connection.in_atomic_block
        )
        """Whether each connection marks and records its own mails, in a database session of its own."""
        self._sessions: list[BaseDatabaseWrapper] = []
        self._lines = Lines(sender=sender)
        self._handed = Handed()
        self._waiting_for: list[Future[None]] = []
        self._begun = 0

    @property
    def at_most(self) -> int:
        """How many mails one crash may leave unclear: the account's mark batch, or one a connection."""
        return max(self.sender.mark_batch, self.sender.connections)

    @property
    def at_once(self) -> int:
        """How many mails are marked at once. With several connections half of them are marked while
        the other half is busy; with one nothing is, so that what was accepted is recorded first.
        Where each connection marks its own, they are passed on one by one."""
        if self.side_by_side:
            return 1
        return max(1, self.at_most // 2) if self.sender.connections > 1 else self.at_most

    @property
    def still_busy(self) -> int:
        """How many may be on their way while `at_once` more are marked."""
        return self.at_most if self.side_by_side else self.at_most - self.at_once

    def is_open(self) -> bool:
        """Open what is not open. Before any mark, so that a provider who is away costs no message a
        try; the account rests instead."""
        error = self._lines.open()
        if error is None:
            return True
        outcome = classify(error, body_begun=False)
        log.warning("provider_away", account_id=self.sender.account.pk, why=outcome.detail)
        pause_account(
            self.sender.account, why=outcome.detail, machine_now=real_now(), limits=self.limits
        )
        self.must_stop = True
        return False

    def begin(
        self, mails: Sequence[Mail], *, stop_by: datetime, before: Before | None = None
    ) -> None:
        """Start handing over marked mails, until `stop_by` (machine time). `finish` comes next.

        `before` is for `side_by_side`: it marks or records in the thread of a connection.
        """
        failures = self.limits.breaker_after_failures
        self._begun += len(mails)
        self._waiting_for += self._lines.begin(
            mails,
            handed=self._handed,
            may_go_on=lambda: (
                real_now() <= stop_by and not self._handed.is_hopeless(after_failures=failures)
            ),
            before=before and partial(self._in_own_session, before),
        )

    def _in_own_session(self, before: Before, row: Outbox, unrecorded: dict[int, str]) -> bool:
        session = connections[DEFAULT_DB_ALIAS]  # this thread's
        if session not in self._sessions:
            session.inc_thread_sharing()  # closed by whoever closes us
            self._sessions.append(session)
        return before(row, unrecorded)

    def finish(self, *, now: datetime, leaving: int = 0) -> int:
        """Wait until at most `leaving` mails are on their way and settle what failed; how many were
        accepted. These wait in `accepted` to be recorded with the next mark, or by `record`.

        What was not begun is planned again, once all have come back. `now`: the store's.
        """
        try:
            while self._waiting_for and self._on_their_way > leaving:
                done, others = wait(self._waiting_for, return_when=FIRST_COMPLETED)
                self._waiting_for = list(others)
                for one in done:
                    one.result()
        finally:
            if not leaving and not self._waiting_for:
                self.accepted |= self._lines.take_unrecorded()
            taken = self._settle_what_came_back(now=now)
        if taken and not self.must_stop:
            note_success(self.sender.account)
        return taken

    @property
    def _on_their_way(self) -> int:
        """Begun, and neither back nor settled."""
        handed = self._handed
        return self._begun - len(handed.accepted) - len(handed.failed) - len(handed.refused)

    def _settle_what_came_back(self, *, now: datetime) -> int:
        handed, taken = self._handed, 0
        while handed.accepted:
            message_id, provider_id = handed.accepted.popleft()
            if not self.side_by_side:
                self.accepted[message_id] = provider_id
            taken += 1
        self._begun -= taken
        while handed.refused:
            handed.refused.popleft()
            self._begun -= 1
        if handed.left and not self._waiting_for:
            left = [row.pk for row, *_ in handed.left]
            handed.left.clear()
            self._begun -= len(left)
            release.unmark(ids=left, token=self.token)
        while handed.failed:
            row, outcome = handed.failed.popleft()
            self._begun -= 1
            self._settle(row=row, outcome=outcome, now=now)
        return taken

    def record(self, *, now: datetime) -> None:
        """Record what was accepted, before anything else is handed over."""
        accepted, self.accepted = self.accepted, {}
        if accepted:
            record_or_remember(
                store_id=self.sender.account.store_id,
                accepted=accepted,
                token=self.token,
                now=now,
            )

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        for session in self._sessions:
            session.close()

    def _settle(self, *, row: Outbox, outcome: Outcome, now: datetime) -> None:
        fate = outcome.fate
        if fate is Fate.BAD_RECIPIENT:
            self._fail(row=row, reason=Reason.BOUNCED, detail=outcome.detail, now=now)
        elif fate is Fate.BAD_CONTENT:
            self._fail(row=row, reason=Reason.REFUSED, detail=outcome.detail, now=now)
        elif fate is Fate.PROVIDER_DOWN:
            release.unmark(ids=[row.pk], token=self.token)
            self._rest(outcome)
        elif fate is Fate.UNCERTAIN:
            release.doubt(message_id=row.pk, token=self.token, machine_now=real_now())
            self._count_failure(outcome)
        else:
            self._try_later(row=row, outcome=outcome, now=now)
            if outcome.retry_after is not None:
                self._rest(outcome)
            else:
                self._count_failure(outcome)

    def _try_later(self, *, row: Outbox, outcome: Outcome, now: datetime) -> None:
        tries = row.attempts + 1  # the row was loaded before MARK counted this one
        pause = backoff(attempts=tries, chance=random.random(), limits=self.limits)  # noqa: S311
        due_at = now + pause
        expired = row.expires_at is not None and due_at >= row.expires_at
        if tries >= self.limits.most_attempts or expired:
            detail = f"{tries} tries. {outcome.detail}"
            self._fail(row=row, reason=Reason.GAVE_UP, detail=detail, now=now)
        else:
            release.retry_later(message_id=row.pk, token=self.token, due_at=due_at)

    def _fail(self, *, row: Outbox, reason: str, detail: str, now: datetime) -> None:
        ending = Ending(row.pk, Message.Status.FAILED, reason, detail)
        with transaction.atomic():
            ended = release.end(endings=[ending], token=self.token, now=now, states=release.HANDED)
            if ended and reason == Reason.BOUNCED:
                row.message.refresh_from_db(fields=["sent_to"])  # MARK wrote it
                tell(news=MessageBounced(**who(row.message)), message=row.message, now=now)

    def _count_failure(self, outcome: Outcome) -> None:
        self.must_stop |= note_failure(
            self.sender.account, why=outcome.detail, machine_now=real_now(), limits=self.limits
        )

    def _rest(self, outcome: Outcome) -> None:
        pause_account(
            self.sender.account,
            why=outcome.detail,
            machine_now=real_now(),
            limits=self.limits,
            seconds=outcome.retry_after,
        )
        self.must_stop = True
