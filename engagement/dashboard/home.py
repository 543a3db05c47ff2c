"""Today at a glance: a handful of bounded, indexed reads over one store."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet

from core.events.models import PendingReaction
from core.stores.models import Store
from engagement.messages.broken_copy import broken_copy
from engagement.messages.models import DomainStanding, Message
from engagement.messages.models.message import Reason
from orders.models import (
    ChangeRequest,
    InboundNotice,
    Order,
    PlatformCommand,
    Return,
    WebhookEndpoint,
)
from orders.returns.queue import rows_of

COUNTED = 5000  # beyond this the page says "more than"


@dataclass(frozen=True, slots=True)
class Figure:
    """A count that knows whether it stopped counting."""

    number: int

    def __str__(self) -> str:
        return f"{COUNTED:,}+" if self.number > COUNTED else f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class Glance:
    """What the home page shows. All times are the store's."""

    now: datetime
    orders_today: Figure
    sent_today: Figure
    planned_week: Figure
    planned_by_day: list[tuple[datetime, int]]
    skipped_week: list[tuple[str, str, int]]
    uncertain: Figure
    dead_notices: Figure
    dead_reactions: Figure
    wishes: Figure
    dead_commands: Figure
    returns: Figure
    late_returns: Figure
    endpoints: list[WebhookEndpoint]
    has_orders: bool
    standing: DomainStanding | None
    broken_texts: int

    @property
    def is_new(self) -> bool:
        return not self.has_orders

    @property
    def needs_care(self) -> bool:
        machinery = (self.uncertain, self.dead_notices, self.dead_reactions, self.dead_commands)
        stuck = (self.wishes, self.returns, *machinery)
        return bool(self.broken_texts or any(figure.number for figure in stuck))


def _count(rows: QuerySet) -> Figure:
    return Figure(rows.order_by()[: COUNTED + 1].count())


def today_at_a_glance(*, store: Store, now: datetime) -> Glance:
    """The figures of the home page, in fourteen queries (and up to three for own mail texts), in the
    store's scope.
    """
    local = now.astimezone(store.zone)
    midnight = datetime.combine(local.date(), time(), tzinfo=store.zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=store.zone)
    planned = Message.objects.filter(
        status=Message.Status.PLANNED, due_at__gte=now, due_at__lt=now + timedelta(days=7)
    )
    planned_due = list(planned.values_list("due_at", flat=True)[: COUNTED + 1])
    sent = Message.objects.filter(
        status=Message.Status.SENT, due_at__gte=midnight, due_at__lt=tomorrow
    )
    skipped = Message.objects.filter(
        status=Message.Status.SKIPPED, due_at__gte=now - timedelta(days=7), due_at__lt=tomorrow
    )
    today = Order.objects.filter(placed_at__gte=midnight, placed_at__lt=tomorrow)
    return Glance(
        now=now,
        orders_today=_count(today),
        sent_today=_count(sent),
        planned_week=Figure(len(planned_due)),
        planned_by_day=_by_day(planned_due, store),
        skipped_week=_by_reason(skipped),
        uncertain=_count(Message.objects.filter(status=Message.Status.UNCERTAIN)),
        dead_notices=_count(InboundNotice.objects.filter(status=InboundNotice.Status.DEAD)),
        dead_reactions=_count(PendingReaction.objects.filter(status=PendingReaction.Status.DEAD)),
        wishes=_count(ChangeRequest.objects.filter(status=ChangeRequest.Status.WAITING)),
        dead_commands=_count(PlatformCommand.objects.filter(status=PlatformCommand.Status.DEAD)),
        returns=_count(rows_of(Return.objects.all(), queue="answer", now=now)),
        late_returns=_count(rows_of(Return.objects.all(), queue="overdue", now=now)),
        endpoints=list(WebhookEndpoint.objects.order_by("source", "id")[:20]),
        has_orders=Order.objects.exists(),
        standing=DomainStanding.objects.exclude(state=DomainStanding.State.FINE).first(),
        broken_texts=len(broken_copy(store=store, now=now)),
    )


def _by_day(moments: list[datetime], store: Store) -> list[tuple[datetime, int]]:
    days = Counter(moment.astimezone(store.zone).date() for moment in moments)
    return [(datetime.combine(day, time(12)), days[day]) for day in sorted(days)]


def _by_reason(skipped: QuerySet) -> list[tuple[str, str, int]]:
    reasons = Counter(skipped.order_by().values_list("reason", flat=True)[: COUNTED + 1])
    labels = dict(Reason.choices)
    return [(key, labels.get(key, key or "–"), count) for key, count in reasons.most_common(8)]
