"""Bring planned mails to the times that the flow, the products and the store say now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.planning.due import row_expiry
from engagement.flows.rules.around import Around
from engagement.flows.rules.read import read_known
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages

BATCH = 2000
WAITING = (Outbox.State.PLANNED, Outbox.State.PAUSED)


@dataclass(frozen=True, slots=True)
class Replanned:
    """How many mails were looked at, moved, and given up because their new time is long past."""

    seen: int = 0
    moved: int = 0
    ended: int = 0


def replan(*, store: Store, key: str, now: datetime, batch: int = BATCH) -> Replanned:
    """Recompute the due times of everything the flow has planned, `batch` rows a transaction.

    A mail whose new time is past by more than its step's grace ends as `too_late`: a shortened
    wait never lets a flood loose. A step that is no longer in the flow ends as `step_gone`. Safe to
    repeat, and to be killed half-way.
    """
    total, after = Replanned(), 0
    while True:
        with store_scope(store.pk), transaction.atomic():
            messages = list(
                Message.objects.filter(
                    pk__gt=after,
                    flow=key,
                    status=Message.Status.PLANNED,
                    outbox__state__in=WAITING,
                ).order_by("pk")[:batch]
            )
            if not messages:
                return total
            after = messages[-1].pk
            done = _replan_some(store=store, messages=messages, now=now)
        total = Replanned(
            seen=total.seen + done.seen,
            moved=total.moved + done.moved,
            ended=total.ended + done.ended,
        )


def _replan_some(*, store: Store, messages: list[Message], now: datetime) -> Replanned:
    known = read_known(messages=messages, now=now)
    moved: list[Message] = []
    expires: dict[int, datetime | None] = {}
    gone: list[int] = []
    late: list[int] = []
    for message in messages:
        around = Around(message, known)
        flow = known.flows.get(message.flow)
        if flow is None or around.step is None:
            gone.append(message.pk)
        elif now - around.due_at > timedelta(hours=around.step.grace_hours):
            late.append(message.pk)
        elif message.due_at != around.due_at or message.planned_version != flow.number:
            message.due_at, message.planned_version = around.due_at, flow.number
            expires[message.pk] = row_expiry(
                flow=flow.definition, step=around.step, due_at=around.due_at
            )
            moved.append(message)
    written = _write(moved=moved, expires=expires)
    ended = 0
    for ids, reason in ((gone, Reason.STEP_GONE), (late, Reason.TOO_LATE)):
        if ids:
            ended += end_messages(store_id=store.pk, where=Q(pk__in=ids), reason=reason, now=now)
    return Replanned(seen=len(messages), moved=written, ended=ended)


def _write(*, moved: list[Message], expires: dict[int, datetime | None]) -> int:
    """Move those whose row is still waiting; the row is locked first, as everybody does. How many."""
    if not moved:
        return 0
    by_pk = {message.pk: message for message in moved}
    rows = list(
        Outbox.objects.filter(pk__in=by_pk, state__in=WAITING).order_by("pk").select_for_update()
    )
    for row in rows:
        row.due_at, row.expires_at = by_pk[row.pk].due_at, expires[row.pk]
    Outbox.objects.bulk_update(rows, ["due_at", "expires_at"], batch_size=500)
    Message.objects.bulk_update(
        [by_pk[row.pk] for row in rows], ["due_at", "planned_version"], batch_size=500
    )
    return len(rows)
