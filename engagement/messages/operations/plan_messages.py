"""Promise mails: one Message per promise and, where it is still to leave, its Outbox row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from core.ids import new_public_id
from core.stores.scope import store_scope
from core.wake import wake_on_commit
from engagement.messages.models import Lane, Message, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One mail to promise. Unique by (flow, step, subject, occurrence) within the store.

    `subject` is what it is about as ``kind:id``. `facts` are ids and plain values that the mail
    needs beside its order. `due_at` and `expires_at` are in the store's time. `ended` as (reason,
    detail) writes the row already skipped, which keeps its key burnt (stale news, held out …).
    """

    customer_id: int | None
    order_id: int | None
    flow: str
    step: str
    subject: str
    message_class: str
    template: str
    anchor_at: datetime
    due_at: datetime
    expires_at: datetime | None
    lane: Lane
    event_id: int | None = None
    occurrence: str = "0"
    planned_version: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)
    ended: tuple[str, str] | None = None


def plan_messages(*, store_id: int, promises: Sequence[Promise], now: datetime) -> list[Message]:
    """Write what is promised and return the messages that are new, in the order of `promises`.

    A promise that was made before is left exactly as it stands. Set-based: two statements
    whatever the number. `now` is the store's time; something due already rings the outbox's bell
    after commit.
    """
    if not promises:
        return []
    rows = [_row(store_id=store_id, promise=promise, now=now) for promise in promises]
    with store_scope(store_id), transaction.atomic(savepoint=False):
        Message.objects.insert_new(rows, key=("flow", "step", "subject", "occurrence"))
        new = [
            (row, promise)
            for row, promise in zip(rows, promises, strict=True)
            if row.pk is not None
        ]
        living = [(message, promise) for message, promise in new if promise.ended is None]
        Outbox.objects.bulk_create(
            [
                Outbox(
                    message_id=message.pk,
                    store_id=store_id,
                    customer_id=promise.customer_id,
                    lane=promise.lane,
                    due_at=promise.due_at,
                    expires_at=promise.expires_at,
                )
                for message, promise in living
            ]
        )
        if any(promise.due_at <= now for _, promise in living):
            wake_on_commit("outbox")
    return [message for message, _ in new]


def _row(*, store_id: int, promise: Promise, now: datetime) -> Message:
    reason, detail = promise.ended or ("", "")
    return Message(
        store_id=store_id,
        public_id=new_public_id(),
        customer_id=promise.customer_id,
        order_id=promise.order_id,
        event_id=promise.event_id,
        flow=promise.flow,
        step=promise.step,
        subject=promise.subject,
        occurrence=promise.occurrence,
        message_class=promise.message_class,
        template=promise.template,
        facts=dict(promise.facts),
        anchor_at=promise.anchor_at,
        planned_version=promise.planned_version,
        due_at=promise.due_at,
        status=Message.Status.SKIPPED if promise.ended else Message.Status.PLANNED,
        reason=reason,
        reason_detail=detail[:300],
        ended_at=now if promise.ended else None,
        created_at=now,
    )
