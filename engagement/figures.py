"""How the machinery is doing, in numbers: for `engine status`, `/metrics` and `doctor`.

Every figure comes from a partial index, so asking costs the same however much history there is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, Sum

from core.events.models import PendingReaction
from core.stores.models import Store
from core.stores.scope import every_store
from engagement.messages.models import DomainStanding, Lane, Outbox, Pace, ProviderAccount, Tick
from orders.models import InboundNotice, PlatformCommand

PACE_OVER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Figures:
    """One look at the machinery. Ages are in seconds; None where nothing waits."""

    notices_waiting: int
    notices_oldest: float | None
    notices_dead: int
    reactions_waiting: int
    reactions_oldest: float | None
    reactions_dead: int
    commands_waiting: int
    commands_oldest: float | None
    commands_dead: int
    due: dict[str, int]
    due_oldest: dict[str, float | None]
    taken_lately: dict[str, int]  # mails taken up per lane in five minutes, of all stores
    handed_lately: dict[str, int]  # of them handed to a provider
    claimed: int
    handing: int
    uncertain: int
    held_stores: list[str]
    distrusted: dict[str, str]  # store slug: what its breaker has paused
    paused_accounts: list[str]
    resting: dict[int, float]  # account id: seconds until it is tried again
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
    commands = PlatformCommand.objects.filter(
        of_store, status=PlatformCommand.Status.WAITING
    ).aggregate(waiting=Count("pk"), oldest=Min("due_at"))
    in_the_air = (Outbox.State.CLAIMED, Outbox.State.HANDING, Outbox.State.UNCERTAIN)
    states = {state: Outbox.objects.filter(of_store, state=state).count() for state in in_the_air}
    due, due_oldest = _due(
        of_store=of_store, now=now + (only.clock_offset if only else timedelta())
    )
    pace = _pace(now=now)
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
        commands_waiting=commands["waiting"],
        commands_oldest=_age(commands["oldest"], now),
        commands_dead=PlatformCommand.objects.filter(
            of_store, status=PlatformCommand.Status.DEAD
        ).count(),
        due=due,
        due_oldest=due_oldest,
        taken_lately={lane: taken for lane, (taken, _) in pace.items()},
        handed_lately={lane: handed for lane, (_, handed) in pace.items()},
        claimed=states[Outbox.State.CLAIMED],
        handing=states[Outbox.State.HANDING],
        uncertain=states[Outbox.State.UNCERTAIN],
        distrusted=dict(
            DomainStanding.objects.filter(of_store)
            .exclude(state=DomainStanding.State.FINE)
            .values_list("store__slug", "state")
        ),
        held_stores=list(held.values_list("slug", flat=True)),
        paused_accounts=[str(account) for account in resting],
        resting={
            account.pk: (account.paused_until - now).total_seconds()
            for account in resting
            if account.paused_until is not None
        },
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


def _pace(*, now: datetime) -> dict[str, tuple[int, int]]:
    """How many mails each lane took up, and handed over, in the last minutes."""
    found = (
        Pace.objects.filter(at__gt=now - PACE_OVER)
        .values_list("lane")
        .annotate(Sum("taken"), Sum("handed"))
    )
    sums = {lane: (taken, handed) for lane, taken, handed in found}
    return {lane.name.lower(): sums.get(lane, (0, 0)) for lane in Lane}


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
