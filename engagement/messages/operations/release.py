"""Put claimed rows back, put them off, or end them. Every move is fenced by the worker's token."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from engagement.messages.models import Message, Outbox
from engagement.messages.operations.write_each import MESSAGES, OUTBOX, write_each

CLAIMED = (Outbox.State.CLAIMED,)
HANDED = (Outbox.State.HANDING, Outbox.State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one message ends without having been sent."""

    message_id: int
    status: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """One message waits until `due_at` (the store's time); `counts` as one of its deferrals."""

    message_id: int
    due_at: datetime
    counts: bool


def give_back(*, ids: Sequence[int], token: str) -> int:
    """Claimed rows become planned again as if never claimed: the claim does not count."""
    return Outbox.objects.filter(pk__in=ids, token=token, state__in=CLAIMED).update(
        state=Outbox.State.PLANNED, token="", lease_until=None, claims=F("claims") - 1
    )


def unmark(*, ids: Sequence[int], token: str) -> int:
    """Marked rows that were surely not handed over become planned again; the try does not count."""
    with transaction.atomic():
        ours = _lock(ids=ids, token=token, states=HANDED)
        _planned_again(ours)
        return Outbox.objects.filter(pk__in=ours).update(
            state=Outbox.State.PLANNED, token="", lease_until=None, attempts=F("attempts") - 1
        )


def retry_later(*, message_id: int, token: str, due_at: datetime) -> bool:
    """A try that surely was not accepted: planned again at `due_at` (the store's time)."""
    with transaction.atomic():
        ours = _lock(ids=[message_id], token=token, states=HANDED)
        _planned_again(ours, due_at=due_at)
        return bool(
            Outbox.objects.filter(pk__in=ours).update(
                state=Outbox.State.PLANNED, token="", lease_until=None, due_at=due_at
            )
        )


def doubt(*, message_id: int, token: str, machine_now: datetime) -> bool:
    """Nobody knows whether it was accepted: uncertain from `machine_now` on."""
    with transaction.atomic():
        ours = _lock(ids=[message_id], token=token, states=(Outbox.State.HANDING,))
        Message.objects.filter(pk__in=ours).update(status=Message.Status.UNCERTAIN)
        return bool(
            Outbox.objects.filter(pk__in=ours).update(
                state=Outbox.State.UNCERTAIN, lease_until=machine_now
            )
        )


def put_off(*, delays: Iterable[Delay], token: str) -> list[int]:
    """Claimed rows wait, each until its time; the ids of those that were still ours."""
    by_id = {delay.message_id: delay for delay in delays}
    if not by_id:
        return []
    with transaction.atomic():
        ours = _lock(ids=list(by_id), token=token, states=CLAIMED)
        due = {pk: connection.ops.adapt_datetimefield_value(by_id[pk].due_at) for pk in ours}
        write_each(
            **OUTBOX,
            changes="state = %s, token = '', lease_until = NULL, claims = 0, "
            "due_at = told.column2, deferrals = deferrals + told.column3",
            always=[Outbox.State.PLANNED],
            each={pk: (due[pk], int(by_id[pk].counts)) for pk in ours},
        )
        write_each(
            **MESSAGES,
            changes="due_at = told.column2",
            always=[],
            each={pk: (due[pk],) for pk in ours},
        )
    return ours


def end(
    *, endings: Iterable[Ending], token: str, now: datetime, states: Sequence[int] = CLAIMED
) -> list[int]:
    """End these messages where they are still ours; the ids that did end. `now`: the store's."""
    by_id = {ending.message_id: ending for ending in endings}
    if not by_id:
        return []
    with transaction.atomic():
        ours = _lock(ids=list(by_id), token=token, states=states)
        Outbox.objects.filter(pk__in=ours).delete()
        groups: dict[tuple[str, str, str], list[int]] = {}
        for pk in ours:
            ending = by_id[pk]
            key = (ending.status, ending.reason, ending.detail[:300])
            groups.setdefault(key, []).append(pk)
        for (status, reason, detail), ids in groups.items():
            Message.objects.filter(pk__in=ids).update(
                status=status, reason=reason, reason_detail=detail, handed_at=None, ended_at=now
            )
    return ours


def _lock(*, ids: Sequence[int], token: str, states: Sequence[int]) -> list[int]:
    return list(
        Outbox.objects.filter(pk__in=ids, token=token, state__in=states)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", flat=True)
    )


def _planned_again(ids: Sequence[int], **also: datetime) -> None:
    Message.objects.filter(pk__in=ids).update(
        status=Message.Status.PLANNED, handed_at=None, sent_to="", **also
    )
