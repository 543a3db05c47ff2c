"""Move planned mails when their anchor becomes better known: the goods arrived, or left later."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from engagement.flows.planning.due import row_expiry, step_due
from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.start import Start
from engagement.messages.models import Message, Outbox

MOVABLE = (Outbox.State.PLANNED, Outbox.State.PAUSED, Outbox.State.CLAIMED)


def move_planned(
    *, entry: Entry, flow: LiveFlow, starts: Sequence[Start], apart_from: Collection[int]
) -> int:
    """Bring planned messages of these starts to the starts' anchors; how many moved.

    Three queries whatever the number. A claimed row is moved as well: whoever holds it asks the
    rules once more before it leaves, and they see the new anchor too.
    """
    by_key = {(start.subject, start.occurrence): start for start in starts}
    if not by_key:
        return 0
    moved: list[Message] = []
    expires: dict[int, datetime | None] = {}
    planned = Message.objects.filter(
        flow=flow.definition.key,
        subject__in={start.subject for start in starts},
        occurrence__in={start.occurrence for start in starts},
        status=Message.Status.PLANNED,
    ).exclude(pk__in=apart_from)
    for message in planned:
        start = by_key.get((message.subject, message.occurrence))
        step = flow.definition.step(message.step)
        if start is None or step is None or start.ended is not None:
            continue
        due_at = step_due(
            flow=flow.definition,
            step=step,
            anchor_at=start.anchor_at,
            setting_days=start.setting_days,
            zone=entry.zone,
        )
        if (message.anchor_at, message.due_at) == (start.anchor_at, due_at):
            continue
        message.anchor_at, message.due_at = start.anchor_at, due_at
        message.facts = {**message.facts, **start.facts}
        expires[message.pk] = row_expiry(flow=flow.definition, step=step, due_at=due_at)
        moved.append(message)
    return _write(moved=moved, expires=expires)


def _write(*, moved: Sequence[Message], expires: Mapping[int, datetime | None]) -> int:
    """Only what nobody has marked meanwhile; the row is locked first, as everybody does."""
    if not moved:
        return 0
    by_pk = {message.pk: message for message in moved}
    rows = list(
        Outbox.objects.filter(pk__in=by_pk, state__in=MOVABLE).order_by("pk").select_for_update()
    )
    for row in rows:
        row.due_at, row.expires_at = by_pk[row.pk].due_at, expires[row.pk]
    Outbox.objects.bulk_update(rows, ["due_at", "expires_at"])
    Message.objects.bulk_update([by_pk[row.pk] for row in rows], ["anchor_at", "due_at", "facts"])
    return len(rows)
