"""REAP: what a dead worker left behind goes back to the queue, or becomes uncertain."""

from datetime import datetime

from django.db import transaction

from core.stores.scope import every_store
from core.wake import wake
from engagement.messages.models import Message, Outbox
from engagement.messages.operations.unrecorded import record_remembered

BATCH = 500


def reap(*, now: datetime) -> tuple[int, int]:
    """(claims returned, hand-overs now uncertain) among leases that ended before `now`.

    `now` is the machine's time. A claim that was never marked is simply planned again, its count
    of claims kept, so that a message that kills workers is found out. A mark whose worker died may
    or may not have reached the provider: the row keeps its token, so that the worker, should it
    only have slept, can still settle it. Its doubt counts from now, not from the lease: after a
    machine has slept for an hour its workers wake up with their hand-over still in hand.
    """
    record_remembered()
    with every_store():
        returned = _take(
            state=Outbox.State.CLAIMED,
            now=now,
            changes={"state": Outbox.State.PLANNED, "token": "", "lease_until": None},
        )
        doubtful = _take(
            state=Outbox.State.HANDING,
            now=now,
            changes={"state": Outbox.State.UNCERTAIN, "lease_until": now},
        )
    if returned:
        wake("outbox")
    return returned, doubtful


def _take(*, state: int, now: datetime, changes: dict[str, object]) -> int:
    total = 0
    while True:
        with transaction.atomic():
            ids = list(
                Outbox.objects.filter(state=state, lease_until__lt=now)
                .order_by("lease_until")
                .select_for_update(skip_locked=True)
                .values_list("pk", flat=True)[:BATCH]
            )
            total += Outbox.objects.filter(pk__in=ids).update(**changes)
            if changes["state"] == Outbox.State.UNCERTAIN:
                Message.objects.filter(pk__in=ids).update(status=Message.Status.UNCERTAIN)
        if len(ids) < BATCH:
            return total
