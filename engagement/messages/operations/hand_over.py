"""Hand marked mails to the provider over one connection, and settle each by what came back."""

import random
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from core.clock import real_now
from engagement.messages.delivery.accounts import Sender
from engagement.messages.delivery.breaker import note_failure, note_success, pause_account
from engagement.messages.delivery.outcomes import Fate, Outcome, classify
from engagement.messages.events import MessageBounced
from engagement.messages.limits import Limits
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations import release
from engagement.messages.operations.record import record
from engagement.messages.operations.release import Ending
from engagement.messages.operations.tell import tell, who
from engagement.messages.policies import backoff

log = structlog.get_logger(__name__)


class HandOver:
    """The network side of one batch. `must_stop` once the account should be left alone."""

    def __init__(self, *, sender: Sender, token: str, limits: Limits) -> None:
        self.sender = sender
        self.token = token
        self.limits = limits
        self.must_stop = False
        self._connection: BaseEmailBackend | None = None

    def is_open(self) -> bool:
        """Open the connection unless it is open. Before any mark, so that a provider who is away
        costs no message a try; the account rests instead."""
        if self._connection is not None:
            return True
        connection = self.sender.connect()
        try:
            connection.open()
        except Exception as error:
            outcome = classify(error, body_begun=False)
            log.warning("provider_away", account_id=self.sender.account.pk, why=outcome.detail)
            pause_account(
                self.sender.account,
                why=outcome.detail,
                machine_now=real_now(),
                limits=self.limits,
            )
            self.must_stop = True
            return False
        self._connection = connection
        return True

    def close(self) -> None:
        """Hang up; an error in doing so means nothing any more."""
        if self._connection is None:
            return
        try:
            self._connection.close()
        except Exception as error:
            log.info("connection_close_failed", error=type(error).__name__)
        self._connection = None

    def run(
        self,
        mails: Sequence[tuple[Outbox, EmailMultiAlternatives]],
        *,
        now: datetime,
        stop_by: datetime,
    ) -> int:
        """Hand over marked mails until `stop_by` (machine time); how many were accepted.

        What is left over was surely not handed over, and is planned again. `now`: the store's.
        """
        accepted: dict[int, str] = {}
        left = [row.pk for row, _ in mails]
        try:
            if self._takes_all(mails):
                accepted = {row.pk: _provider_id(email) for row, email in mails}
                left.clear()
            for row, email in mails if left else ():
                if self.must_stop or real_now() > stop_by or not self.is_open():
                    break
                # Before the network: whoever interrupts us there (Ctrl-C) leaves it unclear.
                left.remove(row.pk)
                outcome = self._one(email)
                if outcome is None:
                    accepted[row.pk] = _provider_id(email)
                else:
                    self._settle(row=row, outcome=outcome, now=now)
        finally:
            record(accepted=accepted, token=self.token, now=now)
            if left:
                release.unmark(ids=left, token=self.token)
        if accepted and not self.must_stop:
            note_success(self.sender.account)
        return len(accepted)

    def _takes_all(self, mails: Sequence[tuple[Outbox, EmailMultiAlternatives]]) -> bool:
        """Whether a mailbox that keeps a list wholly or not at all has kept them all. What it
        refuses is then handed over one by one, to find out which."""
        if len(mails) < 2 or not getattr(self._connection, "keeps_all_or_none", False):
            return False
        emails = [email for _, email in mails]
        if not all(email.recipients() for email in emails):
            return False
        try:
            return self._connection.send_messages(emails) == len(emails)  # type: ignore[union-attr]
        except Exception as error:
            log.info("batch_not_kept", exc=_name(error))
            return False

    def _one(self, email: EmailMultiAlternatives) -> Outcome | None:
        """None when accepted."""
        connection = self._connection
        assert connection is not None  # noqa: S101 (is_open came first)
        try:
            if connection.send_messages([email]):
                return None
            return Outcome(Fate.BAD_CONTENT, "The sending account took no mail from us.")
        except Exception as error:
            outcome = classify(error, body_begun=getattr(connection, "body_begun", True))
            log.warning(
                "hand_over_failed", fate=outcome.fate.name, why=outcome.detail, exc=_name(error)
            )
            self.close()
            return outcome

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


def _provider_id(email: EmailMultiAlternatives) -> str:
    """The provider's own id of an accepted mail; our Message-ID where there is no other."""
    status = getattr(email, "anymail_status", None)
    told = getattr(status, "message_id", None)
    return told if isinstance(told, str) else str(email.extra_headers.get("Message-ID", ""))


def _name(error: Exception) -> str:
    return type(error).__name__
