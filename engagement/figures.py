"""How the machinery is doing, in numbers: for `engine status`, `/metrics` and `doctor`.

Every figure comes from a partial index, so asking costs the same however much history there is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from core.events.models import PendingReaction
from core.stores.models import Store
from core.stores.scope import every_store
from engagement.messages.models import Lane, Outbox, ProviderAccount, Tick
from orders.models import InboundNotice


@dataclass(frozen=True, slots=True)
class Figures:
    """One look at the machinery. Ages are in seconds; None where nothing waits."""

    notices_waiting: int
    notices_oldest: float | None
    notices_dead: int
    reactions_waiting: int
    reactions_oldest: float | None
    reactions_dead: int
    due: dict[str, int]
    due_oldest: dict[str, float | None]
    claimed: int
    handing: int
    uncertain: int
    held_stores: list[str]
    paused_accounts: list[str]
    last_dispatch: datetime | None


def figures(*, now: datetime, only_store: Store | None = None) -> Figures:
    """The figures at `now` (machine time), of one store or of all."""
    with every_store():
        return _figures(now=now, only=only_store)


def _figures(*, now: datetime, only: Store | None) -> Figures:
    of_store = Q(store=only) if only else Q()
    notices = InboundNotice.objects.filter(of_store, status=InboundNotice.Status.WAITING).aggregate(
        waiting=Count("pk"), oldest=Min("due_at")
    )
    reactions = PendingReaction.objects.filter(
        of_store, status=PendingReaction.Status.PENDING
    ).aggregate(waiting=Count("pk"), oldest=Min("due_at"))
    in_the_air = (Outbox.State.CLAIMED, Outbox.State.HANDING, Outbox.State.UNCERTAIN)
    states = {state: Outbox.objects.filter(of_store, state=state).count() for state in in_the_air}
    due, due_oldest = _due(
        of_store=of_store, now=now + (only.clock_offset if only else timedelta())
    )
    held = Store.objects.filter(Q(pk=only.pk) if only else Q(), sending_held=True)
    resting = ProviderAccount.objects.filter(of_store, paused_until__gt=now)
    return Figures(
        notices_waiting=notices["waiting"],
        notices_oldest=_age(notices["oldest"], now),
        notices_dead=InboundNotice.objects.filter(
            of_store, status=InboundNotice.Status.DEAD
        ).count(),
        reactions_waiting=reactions["waiting"],
        reactions_oldest=_age(reactions["oldest"], now),
        reactions_dead=PendingReaction.objects.filter(
            of_store, status=PendingReaction.Status.DEAD
        ).count(),
        due=due,
        due_oldest=due_oldest,
        claimed=states[Outbox.State.CLAIMED],
        handing=states[Outbox.State.HANDING],
        uncertain=states[Outbox.State.UNCERTAIN],
        held_stores=list(held.values_list("slug", flat=True)),
        paused_accounts=[str(account) for account in resting],
        last_dispatch=Tick.objects.filter(name="dispatch")
        .order_by("-slot")
        .values_list("taken_at", flat=True)
        .first(),
    )


def _due(*, of_store: Q, now: datetime) -> tuple[dict[str, int], dict[str, float | None]]:
    """How many mails are due per lane, and the age of the oldest."""
    number: dict[str, int] = {}
    oldest: dict[str, float | None] = {}
    for lane in Lane:
        row = Outbox.objects.filter(
            of_store, lane=lane, state=Outbox.State.PLANNED, due_at__lte=now
        ).aggregate(number=Count("pk"), oldest=Min("due_at"))
        number[lane.name.lower()] = row["number"]
        oldest[lane.name.lower()] = _age(row["oldest"], now)
    return number, oldest


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
