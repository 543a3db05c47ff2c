"""Bring planned mails in line with what their flow, the products, the store and the zones say now.

A change is made at once and its first mails follow in the same breath; the rest follows from a chore,
a slice a transaction, from where it stopped. Sending is right all the while: whatever is claimed is
judged by what is true then.
"""

import hashlib
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from core.wake import wake_on_commit
from engagement.flows.models import Flow
from engagement.flows.planning.due import row_expiry
from engagement.flows.rules.around import Around
from engagement.flows.rules.read import read_known
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages
from engagement.messages.operations.write_each import MESSAGES, OUTBOX, write_each

BATCH = 500
WAITING = (Outbox.State.PLANNED, Outbox.State.PAUSED)
NO_FLOOD_AN_HOUR = 200
"""What has suddenly become overdue leaves no faster; the fuse lets the same pass without a word."""
SPREAD_AT_MOST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Replanned:
    """How many mails were looked at, moved, and given up. `is_done`: the others follow by a chore."""

    seen: int = 0
    moved: int = 0
    ended: int = 0
    is_done: bool = True

    def __add__(self, other: "Replanned") -> "Replanned":
        return Replanned(
            seen=self.seen + other.seen,
            moved=self.moved + other.moved,
            ended=self.ended + other.ended,
            is_done=self.is_done and other.is_done,
        )


@dataclass(slots=True)
class Changes:
    """What is to become of the rows of one slice."""

    moved: dict[int, tuple[datetime, datetime | None, int]] = field(default_factory=dict)
    """Message id → (due, expiry of the row, version)."""
    ended: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """(reason, detail) → message ids."""

    def end(self, message: Message, reason: str, detail: str = "") -> None:
        self.ended.setdefault((reason, detail), []).append(message.pk)


def replan(*, store: Store, key: str, now: datetime, batch: int = BATCH) -> Replanned:
    """Replan one flow of one store: the first `batch` rows here and now, the rest by the chore.

    In the caller's transaction, if there is one. A mail whose new time is past by more than its
    step's grace ends as `too_late`; what is overdue by less is spread over hours: neither a
    shortened wait nor a pause lets a flood loose. A step that is no longer in the flow ends as
    `step_gone`, everything of a flow that is off as `flow_off`. What a paused flow has planned waits
    in its pause. Safe to repeat, and to be killed anywhere.
    """
    with store_scope(store.pk):
        done, upto = replan_slice(store=store, key=key, after=0, now=now, batch=batch)
        asked = {"replan_asked_at": now if upto else None, "replan_done_to": upto or 0}
        Flow.objects.filter(key=key).update(**asked)
    return Replanned(done.seen, done.moved, done.ended, is_done=upto is None)


def replan_asked(*, seconds: float) -> int:
    """Go on with what `replan` left over, oldest wish first, for about `seconds`; mails looked at."""
    ends = time.monotonic() + seconds
    seen = 0
    with every_store():
        wishes = list(
            Flow.objects.filter(replan_asked_at__isnull=False)
            .select_related("store")
            .order_by("replan_asked_at", "pk")
        )
    for flow in wishes:
        upto: int | None = flow.replan_done_to
        while upto is not None and time.monotonic() < ends:
            now = store_now(flow.store)
            with store_scope(flow.store_id), transaction.atomic():
                done, after = replan_slice(store=flow.store, key=flow.key, after=upto, now=now)
                wish = Flow.objects.filter(
                    pk=flow.pk, replan_asked_at=flow.replan_asked_at, replan_done_to=upto
                )
                went_on = (
                    wish.update(replan_done_to=after)
                    if after is not None
                    else wish.update(replan_asked_at=None, replan_done_to=0)
                )
            seen += done.seen
            upto = after if went_on else None  # a newer wish began anew; the next tick has it
    return seen


def replan_slice(
    *, store: Store, key: str, after: int, now: datetime, batch: int = BATCH
) -> tuple[Replanned, int | None]:
    """Replan up to `batch` mails beyond message `after`: (what was done, up to which message).

    None instead of a message where there are no more. One transaction; inside the store's scope.
    The flow's row is locked first, so that nobody switches it meanwhile.
    """
    with transaction.atomic():
        flow = Flow.objects.select_for_update(no_key=True).get(key=key)
        rows = list(
            Outbox.objects.filter(message__flow=key, state__in=WAITING, pk__gt=after)
            .select_related("message")
            .select_for_update(of=("self",))
            .order_by("pk")[:batch]
        )
        if not rows:
            return Replanned(), None
        changes = _changes(flow=flow, rows=rows, spread=_spread_over(key=key), now=now)
        moved = _write(rows=rows, changes=changes, is_paused=flow.status == Flow.Status.PAUSED)
        ended = sum(
            end_messages(
                store_id=store.pk, where=Q(pk__in=ids), reason=reason, detail=detail, now=now
            )
            for (reason, detail), ids in changes.ended.items()
        )
        wake_on_commit("outbox")
    last = rows[-1].pk if len(rows) == batch else None
    return Replanned(seen=len(rows), moved=moved, ended=ended), last


def _changes(*, flow: Flow, rows: list[Outbox], spread: timedelta, now: datetime) -> Changes:
    changes = Changes()
    known = read_known(messages=[row.message for row in rows], now=now)
    live = known.flows.get(flow.key)
    for row in rows:
        message = row.message
        around = Around(message, known)
        if live is None or around.step is None:
            changes.end(message, Reason.STEP_GONE)
        elif flow.disowns(message.created_at):
            changes.end(message, Reason.FLOW_OFF)
        elif flow.status == Flow.Status.ON and _is_over(around=around, row=row, now=now):
            was_paused = row.state == Outbox.State.PAUSED
            why = "Its time passed while the flow was paused." if was_paused else ""
            changes.end(message, Reason.TOO_LATE, why)
        else:
            due_at = _next_time(around=around, row=row, spread=spread, now=now)
            if due_at != message.due_at or message.planned_version != live.number:
                expires_at = row_expiry(
                    flow=live.definition, step=around.step, due_at=around.due_at
                )
                changes.moved[message.pk] = (due_at, expires_at, live.number)
    return changes


def _is_over(*, around: Around, row: Outbox, now: datetime) -> bool:
    """Past by more than the grace, and not because it was made to wait: for peace, for the cap, or
    for the mail that it follows. Of those the send rules know when it is too late."""
    step = around.step
    if step is None or now - around.due_at <= timedelta(hours=step.grace_hours):
        return False
    return not (row.deferrals or around.unsettled or _waits_for_another(around))


def _waits_for_another(around: Around) -> bool:
    return around.before is not None and around.before.status in (
        Message.Status.PLANNED,
        Message.Status.HANDING,
        Message.Status.UNCERTAIN,
    )


def _next_time(*, around: Around, row: Outbox, spread: timedelta, now: datetime) -> datetime:
    """When to look at it next: its due time; where that has just passed, some time within `spread`,
    always the same for the same mail. Order news are never held up."""
    due_at, message = around.due_at, row.message
    if due_at > now:
        return due_at
    if row.attempts:
        return message.due_at  # the provider asked for time
    if not message.is_marketing:
        return due_at
    if row.state == Outbox.State.PLANNED and row.due_at <= now + SPREAD_AT_MOST:
        return message.due_at  # claimable anyway, or put off for a reason
    share = int.from_bytes(hashlib.sha256(message.public_id.bytes).digest()[:4], "big") / 2**32
    return now + spread * share


def _spread_over(*, key: str) -> timedelta:
    """Over how long the flow's overdue mails are spread, from how many it has waiting."""
    most = int(SPREAD_AT_MOST / timedelta(hours=1)) * NO_FLOOD_AN_HOUR
    waiting = Outbox.objects.filter(message__flow=key, state__in=WAITING).order_by()[:most].count()
    return timedelta(hours=1) * waiting / NO_FLOOD_AN_HOUR


def _write(*, rows: list[Outbox], changes: Changes, is_paused: bool) -> int:
    """Two statements for new times, one for the pause. The rows are locked already. How many moved."""
    stored = connection.ops.adapt_datetimefield_value
    # Rows of one flow have an expiry all or none, and PostgreSQL cannot tell the type of mere NULLs.
    expires = any(until is not None for _, until, _ in changes.moved.values())
    write_each(
        **OUTBOX,
        changes=f"due_at = told.column2, expires_at = {'told.column3' if expires else 'NULL'}",
        always=[],
        each={
            pk: (stored(due), stored(until))[: 2 if expires else 1]
            for pk, (due, until, _) in changes.moved.items()
        },
    )
    write_each(
        **MESSAGES,
        changes="due_at = told.column2, planned_version = told.column3",
        always=[],
        each={pk: (stored(due), version) for pk, (due, _, version) in changes.moved.items()},
    )
    state = Outbox.State.PAUSED if is_paused else Outbox.State.PLANNED
    other: Collection[int] = [row.pk for row in rows if row.state != state]
    if other:
        Outbox.objects.filter(pk__in=other).update(state=state)
    return len(changes.moved)
