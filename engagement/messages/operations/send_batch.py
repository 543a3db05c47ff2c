"""One store's claimed rows, from judgement to record. No transaction spans the network."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from core.clock import now as store_now
from core.clock import real_now
from core.stores.models import Store
from engagement.messages.delivery.accounts import Sender
from engagement.messages.delivery.headers import AddressUnsafe
from engagement.messages.delivery.lines import Before
from engagement.messages.limits import Limits
from engagement.messages.live_copy import live_copy
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations import release
from engagement.messages.operations.hand_over import HandOver
from engagement.messages.operations.mark import mark
from engagement.messages.operations.mark_unchanged import grounds_of, mark_unchanged
from engagement.messages.operations.note_broken_copy import note_broken_copy
from engagement.messages.operations.note_broken_step import note_broken_step
from engagement.messages.operations.record import record
from engagement.messages.operations.release import Delay, Ending
from engagement.messages.operations.write_mail import Broken, Ready, write
from engagement.messages.rendering.copy import FellBack
from engagement.messages.rendering.own_copy import SHIPPED, OwnCopy
from engagement.messages.rules import Go, Skip, Wait, send_rules

log = structlog.get_logger(__name__)

SHORTEST_WAIT = timedelta(seconds=30)
"""A rule that says "wait until now" must not make the engine spin."""
NOT_JUDGED_PAUSE = timedelta(minutes=5)


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
    grounds: dict[int, str] = field(init=False, default_factory=dict)
    """What each ruling rests on, noted before anybody was judged."""
    going: deque[tuple[Outbox, Go]] = field(init=False, default_factory=deque)
    """Those who may go and are not written yet."""
    own: OwnCopy = field(init=False, default_factory=lambda: SHIPPED)
    """The merchant's own words."""
    written: list[Ready | Broken] = field(init=False, default_factory=list)
    """The next mails, written while the database marked those before."""
    waiter: ThreadPoolExecutor = field(init=False, default_factory=partial(ThreadPoolExecutor, 1))
    alone: dict[int, Ready] = field(init=False, default_factory=dict)
    """Passed on to be marked by a connection of its own."""
    changed: deque[Ready] = field(init=False, default_factory=deque)
    """Those about whom something was written since they were judged."""
    hand_over: HandOver = field(init=False)

    def __post_init__(self) -> None:
        self.open_rows = {row.pk for row in self.rows}
        self.hand_over = HandOver(sender=self.sender, token=self.token, limits=self.limits)

    def send(self) -> int:
        """Send what may go, settle the rest; how many were handed over. In the store's scope."""
        handed, hand_over = 0, self.hand_over
        try:
            self.going.extend(self._judge())
            self.own = live_copy(store=self.store, now=store_now(self.store))
            while not self._time_is_up() and hand_over.is_open() and (ready := self._next_mails()):
                self._begin(ready)
                handed += hand_over.finish(now=store_now(self.store), leaving=hand_over.still_busy)
                if hand_over.must_stop:
                    break
            handed += hand_over.finish(now=store_now(self.store))
            if not hand_over.must_stop:
                self._ask_anew()
        finally:
            try:
                handed += self._bring_in()
            finally:
                self.waiter.shutdown()
                hand_over.close()
                if self.open_rows:
                    release.give_back(ids=sorted(self.open_rows), token=self.token)
        return handed

    def _bring_in(self) -> int:
        """Wait for what is still on its way and record all that was accepted; how many that were."""
        now = store_now(self.store)
        try:
            return self.hand_over.finish(now=now)
        finally:
            self.hand_over.record(now=now)

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
        self.grounds = grounds_of([row.message for row in alive])
        going: list[tuple[Outbox, Go]] = []
        stopped: list[tuple[Outbox, Skip | Wait]] = []
        for row, ruling in self._rulings(alive, now=now):
            if isinstance(ruling, Go):
                going.append((row, ruling))
            else:
                stopped.append((row, ruling))
        self._stop(stopped, now=now)
        return self._made(going, now=now)

    def _made(self, going: list[tuple[Outbox, Go]], *, now: datetime) -> list[tuple[Outbox, Go]]:
        """With what some of these mails hand over."""
        gives = {row.pk: go.gives for row, go in going if go.gives is not None}
        if not gives:
            return going
        made = send_rules().make(gives=gives, now=now)
        return [
            (row, replace(go, context={**go.context, **made[row.pk]}))
            if row.pk in made
            else (row, replace(go, gives=None))
            for row, go in going
        ]

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

    def _begin(self, ready: Sequence[Ready]) -> None:
        """Mark what is written and start handing it over."""
        now = store_now(self.store)
        # A slow provider, or a machine that slept: what is past its time is given back and judged anew.
        still = [one for one in ready if one.until is None or now < one.until]
        if not still:
            return
        if self.hand_over.side_by_side:
            self._begin_side_by_side(still)
            return
        may_go = self._mark(still, now=now)
        self.hand_over.record(now=now)  # where the mark has not taken it along
        self.open_rows -= may_go
        self._pass_on([one for one in still if one.row.pk in may_go])

    def _pass_on(self, mails: Sequence[Ready], before: Before | None = None) -> None:
        self.hand_over.begin(
            [(one.row, one.email) for one in mails],
            stop_by=self.lease_until - self.limits.provider_timeout,
            before=before,
        )

    def _begin_side_by_side(self, ready: Sequence[Ready]) -> None:
        """Let each connection mark its own, and ask the rules here about what has changed."""
        alone = [one for one in ready if one.grounds]
        self.changed += [one for one in ready if not one.grounds]
        self.alone |= {one.row.pk: one for one in alone}
        self._pass_on(alone, before=self._mark_alone)
        self._ask_anew()

    def _mark_alone(self, row: Outbox, accepted: dict[int, str]) -> bool:
        """In a connection's thread and database session: mark one, record the one before."""
        one = self.alone.pop(row.pk)
        if mark_unchanged(mails=[one], accepted=accepted, **self._how(store_now(self.store))):
            self.open_rows.discard(row.pk)
            return True
        self.changed.append(replace(one, grounds=""))
        return False

    def _record_alone(self, row: Outbox, accepted: dict[int, str]) -> bool:
        record(accepted=accepted, token=self.token, now=store_now(self.store))
        accepted.clear()
        return True

    def _ask_anew(self) -> None:
        """Mark those about whom something was written since they were judged, if they still may go."""
        changed = [self.changed.popleft() for _ in range(len(self.changed))]
        if changed:
            may_go = self._mark(changed, now=store_now(self.store))
            self.open_rows -= may_go
            self._pass_on([one for one in changed if one.row.pk in may_go], self._record_alone)

    def _mark(self, ready: Sequence[Ready], *, now: datetime) -> frozenset[int]:
        """The ids of those that are being handed over from here on; the others are settled here.

        In one statement for those about whom nothing was written since they were judged. About the
        rest the rules are asked once more.
        """
        how = self._how(now)
        unchanged = [one for one in ready if one.grounds]
        may_go = mark_unchanged(
            mails=unchanged, accepted=self.hand_over.accepted, wait=self._while_writing, **how
        )
        rest = {one.row.pk: one for one in ready if one.row.pk not in may_go}
        if rest:
            self.hand_over.record(now=now)
            marked = mark(
                rows=[one.row for one in rest.values()],
                addresses={pk: (one.address, one.language) for pk, one in rest.items()},
                gives={pk: one.gives for pk, one in rest.items() if one.gives is not None},
                **how,
            )
            stopped = [(rest[pk].row, ruling) for pk, ruling in marked.stopped.items()]
            self._stop(stopped, now=now)
            may_go |= marked.may_go
        return may_go

    def _how(self, now: datetime) -> dict[str, Any]:
        machine_now = real_now()
        self.lease_until = machine_now + self.limits.lease
        return {
            "store": self.store,
            "account": self.sender.account,
            "token": self.token,
            "now": now,
            "machine_now": machine_now,
            "lease_until": self.lease_until,
        }

    def _next_mails(self) -> list[Ready]:
        """The mails to mark next; none where all are through."""
        while self.written or self.going:
            self._write_next()
            written, self.written = self.written, []
            self._settle_broken([one for one in written if isinstance(one, Broken)])
            ready = [one for one in written if isinstance(one, Ready)]
            self._note_fallen_back([told for one in ready for told in one.fell_back])
            if ready:
                return ready
        return []

    def _write_next(self) -> None:
        """Write as many as are marked at once. Asks no database: it may be at work for us."""
        while self.going and len(self.written) < self.hand_over.at_once:
            row, going = self.going[0]
            grounds = self.grounds.get(row.pk, "")
            self.written.append(
                write(row=row, going=going, grounds=grounds, store=self.store, own=self.own)
            )
            self.going.popleft()

    def _while_writing(self, deed: Callable[[], object]) -> None:
        """Do what only waits for the database in another thread, and write the next mails here."""
        waiting = self.waiter.submit(deed)
        try:
            self._write_next()
        except Exception:  # tried again, and told, when these mails' turn has come
            log.info("not_written_ahead")
        finally:
            waiting.result()

    def _note_fallen_back(self, told: Sequence[FellBack]) -> None:
        if told:
            now = store_now(self.store)
            note_broken_copy(store_id=self.store.pk, own=self.own, fell_back=told, now=now)

    def _settle_broken(self, broken: Sequence[Broken]) -> None:
        """End what cannot be written."""
        now = store_now(self.store)
        of_step: dict[tuple[str, str], Message] = {}
        for row, error in ((one.row, one.error) for one in broken):
            refused = isinstance(error, AddressUnsafe)
            reason = Reason.REFUSED if refused else Reason.TEMPLATE_ERROR
            self._end([Ending(row.pk, Message.Status.FAILED, reason, str(error))], now=now)
            if not refused:
                template = row.message.template
                log.warning("mail_not_written", message_id=row.pk, template=template)
                known = of_step.setdefault((row.message.flow, row.message.step), row.message)
                if row.message.due_at > known.due_at:
                    of_step[row.message.flow, row.message.step] = row.message
        for message in of_step.values():
            note_broken_step(message=message, limits=self.limits, now=now)

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
