"""Put notices that were worked on back into the queue: one, a range, or the dead letters."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from core.clock import real_now
from core.wake import wake_on_commit
from orders.models import InboundNotice

Status = InboundNotice.Status


@dataclass(frozen=True, slots=True)
class Selection:
    """Which notices of a store. Times are the store's own and bound `received_at`, end excluded."""

    public_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    dead_only: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """How many wait again, and how many were chosen but have no body left to read."""

    ids: tuple[int, ...]
    blanked: int


def replay_notices(*, store_id: int, selection: Selection) -> Queued:
    """Queue the chosen notices again; each keeps its origin, so that the age guards still hold.

    What is applied twice changes nothing the second time. Runs in the store's scope.
    """
    chosen = InboundNotice.objects.filter(store_id=store_id).exclude(status=Status.WAITING)
    if selection.public_id:
        chosen = chosen.filter(public_id=selection.public_id)
    if selection.since:
        chosen = chosen.filter(received_at__gte=selection.since)
    if selection.until:
        chosen = chosen.filter(received_at__lt=selection.until)
    if selection.dead_only:
        chosen = chosen.filter(status=Status.DEAD)
    blanked = chosen.filter(body_blanked_at__isnull=False).count()
    ids = tuple(
        chosen.filter(body_blanked_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    )
    InboundNotice.objects.filter(pk__in=ids).exclude(status=Status.WAITING).update(
        status=Status.WAITING,
        reason="",
        due_at=real_now(),
        lease_until=None,
        token="",
        claims=0,
        attempts=0,
        replays=F("replays") + 1,
    )
    wake_on_commit("notices")
    return Queued(ids=ids, blanked=blanked)
