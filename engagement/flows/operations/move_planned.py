"""Move planned mails when their anchor becomes better known: the goods arrived, or left later."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from core.stores.plain import read
from engagement.flows.planning.due import row_expiry, step_due
from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.start import Start
from engagement.messages.models import Message, Outbox

FEW = 3  # so many rows are saved sooner one by one than Django has worded one statement for all
MOVABLE = (Outbox.State.PLANNED, Outbox.State.PAUSED, Outbox.State.CLAIMED)


def move_planned(
    *, entry: Entry, flow: LiveFlow, starts: Sequence[Start], apart_from: Collection[int]
) -> int:
    """Bring planned messages of these starts to the starts' anchors; how many moved.

    A fixed number of queries whatever the number. A claimed row is moved as well: whoever holds it asks the
    rules once more before it leaves, and they see the new anchor too.
    """
    by_key = {(start.subject, start.occurrence): start for start in starts}
    if not by_key:
        return 0
    moved: list[Message] = []
    expires: dict[int, datetime | None] = {}
    planned = read(
        Message,
        "flow = %s AND step = ANY(%s) AND subject = ANY(%s) AND occurrence = ANY(%s)"
        " AND status = 'planned'",
        flow.definition.key,
        [step.key for step in flow.definition.steps],  # as the unique key begins
        sorted({start.subject for start in starts}),
        sorted({start.occurrence for start in starts}),
    )
    for message in planned:
        if message.pk in apart_from:
            continue
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
    rows = read(
        Outbox,
        "message_id = ANY(%s) AND state = ANY(%s)",
        list(by_pk),
        [state.value for state in MOVABLE],
        order="message_id",
        lock=True,
    )
    for row in rows:
        row.due_at, row.expires_at = by_pk[row.pk].due_at, expires[row.pk]
    messages = [by_pk[row.pk] for row in rows]
    if len(rows) <= FEW:
        for row, message in zip(rows, messages, strict=True):
            row.save(update_fields=["due_at", "expires_at"])
            message.save(update_fields=["anchor_at", "due_at", "facts"])
    else:
        Outbox.objects.bulk_update(rows, ["due_at", "expires_at"])
        Message.objects.bulk_update(messages, ["anchor_at", "due_at", "facts"])
    return len(rows)
