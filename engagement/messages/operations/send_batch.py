"""One store's claimed rows, from judgement to record. No transaction spans the network."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives

from core.clock import now as store_now
from core.clock import real_now
from core.stores.models import Store
from engagement.messages.delivery.accounts import Sender
from engagement.messages.delivery.compose import compose
from engagement.messages.delivery.headers import AddressUnsafe
from engagement.messages.limits import Limits
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations import release
from engagement.messages.operations.hand_over import HandOver
from engagement.messages.operations.mark import mark
from engagement.messages.operations.note_broken_step import note_broken_step
from engagement.messages.operations.release import Delay, Ending
from engagement.messages.rendering.render import TemplateBroken, render
from engagement.messages.rules import Go, Skip, Wait, send_rules

log = structlog.get_logger(__name__)

SHORTEST_WAIT = timedelta(seconds=30)
"""A rule that says "wait until now" must not make the engine spin."""
NOT_JUDGED_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Ready:
    """A row whose mail is written and may be marked."""

    row: Outbox
    email: EmailMultiAlternatives
    address: str
    language: str


@dataclass(slots=True)
class Batch:
    """The rows one worker claimed of one store, and everything that is the same for all of them."""

    store: Store
    sender: Sender
    token: str
    rows: Sequence[Outbox]
    limits: Limits
    lease_until: datetime
    should_stop: Callable[[], bool]
    open_rows: set[int] = field(init=False)
    """Claimed and not yet decided: given back at the end, whatever happens."""

    def __post_init__(self) -> None:
        self.open_rows = {row.pk for row in self.rows}

    def send(self) -> int:
        """Send what may go, settle the rest; how many were handed over. In the store's scope."""
        handed = 0
        hand_over = HandOver(sender=self.sender, token=self.token, limits=self.limits)
        try:
            going = self._judge()
            for chunk in _chunks(going, self.sender.mark_batch):
                if self._time_is_up() or not hand_over.is_open():
                    break
                handed += self._send_chunk(chunk, hand_over)
                if hand_over.must_stop:
                    break
        finally:
            hand_over.close()
            if self.open_rows:
                release.give_back(ids=sorted(self.open_rows), token=self.token)
        return handed

    def _judge(self) -> list[tuple[Outbox, Go]]:
        """Rulings for all rows at once; those who may not go are ended or put off here."""
        now = store_now(self.store)
        endings, alive = [], []
        for row in self.rows:
            if row.claims > self.limits.suspect_claims:
                detail = f"{self.limits.suspect_claims} workers died while preparing it."
                endings.append(Ending(row.pk, Message.Status.FAILED, Reason.TEMPLATE_ERROR, detail))
            elif row.expires_at is not None and row.expires_at <= now:
                endings.append(Ending(row.pk, Message.Status.SKIPPED, Reason.TOO_LATE))
            else:
                alive.append(row)
        self._end(endings, now=now)
        going: list[tuple[Outbox, Go]] = []
        stopped: list[tuple[Outbox, Skip | Wait]] = []
        for row, ruling in self._rulings(alive, now=now):
            if isinstance(ruling, Go):
                going.append((row, ruling))
            else:
                stopped.append((row, ruling))
        self._stop(stopped, now=now)
        return going

    def _rulings(
        self, rows: Sequence[Outbox], *, now: datetime
    ) -> Iterator[tuple[Outbox, Go | Wait | Skip]]:
        """All at once; one by one where that fails, so that a row no rule can judge, which waits
        and in the end fails, never holds up the others."""
        try:
            found = send_rules().judge(messages=[row.message for row in rows], now=now)
            yield from [(row, found[row.pk]) for row in rows]
        except Exception as error:
            if len(rows) != 1:
                for row in rows:
                    yield from self._rulings([row], now=now)
                return
            log.exception("message_not_judged", message_id=rows[0].pk)
            yield rows[0], self._not_judged(rows[0], error=error, now=now)

    def _not_judged(self, row: Outbox, *, error: Exception, now: datetime) -> Wait | Skip:
        if row.deferrals < self.limits.most_deferrals:
            return Wait(until=now + NOT_JUDGED_PAUSE, why=Reason.TEMPLATE_ERROR)
        return Skip(Reason.TEMPLATE_ERROR, f"It could not be judged ({type(error).__name__}).")

    def _send_chunk(self, chunk: Sequence[tuple[Outbox, Go]], hand_over: HandOver) -> int:
        now = store_now(self.store)
        ready = [written for row, go in chunk if (written := self._write(row, go, now=now))]
        if not ready:
            return 0
        machine_now = real_now()
        self.lease_until = machine_now + self.limits.lease
        marked = mark(
            store=self.store,
            account=self.sender.account,
            rows=[one.row for one in ready],
            addresses={one.row.pk: (one.address, one.language) for one in ready},
            token=self.token,
            now=now,
            machine_now=machine_now,
            lease_until=self.lease_until,
        )
        rows = {one.row.pk: one.row for one in ready}
        self._stop([(rows[pk], ruling) for pk, ruling in marked.stopped.items()], now=now)
        self.open_rows -= marked.may_go
        return hand_over.run(
            [(one.row, one.email) for one in ready if one.row.pk in marked.may_go],
            now=now,
            stop_by=self.lease_until - self.limits.provider_timeout,
        )

    def _write(self, row: Outbox, going: Go, *, now: datetime) -> Ready | None:
        """The mail of one row, or None where it cannot be written: only that row fails."""
        message = row.message
        links = going.context.get("links") or {}
        try:
            rendered = render(
                template=message.template, language=going.language, context=going.context
            )
            email = compose(
                message=message,
                store=self.store,
                going=going,
                rendered=rendered,
                unsubscribe_url=str(links.get("unsubscribe_url", "")),
                now=now,
            )
        except AddressUnsafe as error:
            self._end([Ending(row.pk, Message.Status.FAILED, Reason.REFUSED, str(error))], now=now)
        except TemplateBroken as error:
            log.warning("mail_not_written", message_id=row.pk, template=message.template)
            ending = Ending(row.pk, Message.Status.FAILED, Reason.TEMPLATE_ERROR, str(error))
            self._end([ending], now=now)
            note_broken_step(message=message, limits=self.limits, now=now)
        else:
            return Ready(row, email, going.to_email, rendered.language)
        return None

    def _stop(self, stopped: Sequence[tuple[Outbox, Skip | Wait]], *, now: datetime) -> None:
        """End what is skipped, put off what waits, and end what has waited too often or too long."""
        endings, delays = [], []
        for row, ruling in stopped:
            if isinstance(ruling, Skip):
                endings.append(Ending(row.pk, Message.Status.SKIPPED, ruling.reason, ruling.detail))
            elif ruling.counts and row.deferrals >= self.limits.most_deferrals:
                reason = ruling.why if ruling.why in Reason.values else Reason.TOO_LATE
                detail = f"Put off {row.deferrals} times."
                endings.append(Ending(row.pk, Message.Status.SKIPPED, reason, detail))
            elif row.expires_at is not None and ruling.until >= row.expires_at:
                endings.append(Ending(row.pk, Message.Status.SKIPPED, Reason.TOO_LATE, ruling.why))
            else:
                until = max(ruling.until, now + SHORTEST_WAIT)
                delays.append(Delay(row.pk, due_at=until, counts=ruling.counts))
        self._end(endings, now=now)
        self.open_rows -= {delay.message_id for delay in delays}
        release.put_off(delays=delays, token=self.token)

    def _end(self, endings: Sequence[Ending], *, now: datetime) -> None:
        self.open_rows -= {ending.message_id for ending in endings}
        release.end(endings=endings, token=self.token, now=now)

    def _time_is_up(self) -> bool:
        return self.should_stop() or (real_now() + self.limits.provider_timeout > self.lease_until)


def _chunks(going: Sequence[tuple[Outbox, Go]], size: int) -> Iterator[Sequence[tuple[Outbox, Go]]]:
    for start in range(0, len(going), size):
        yield going[start : start + size]
