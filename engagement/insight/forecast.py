"""What would be sent in the coming days, when, and what stands in its way as things are now.

Two sources: mails already planned (rows), and occasions that no row exists for yet because they are
found only a week ahead (birthdays, anniversaries). Counting costs two grouped queries and two over
the customers' dates; reasons are asked of the send rules for a sample of each step, at the moment
each mail is due.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.messages.models import Message
from engagement.messages.rules import Go, Ruling, Skip, Wait, send_rules
from engagement.messages.timing import start_of_local_day
from orders.models import Customer
from orders.occasions import occurrence_in
from orders.operations.near_occasions import LEAD_DAYS

SAMPLE = 20
LONGEST_DAYS = 366


@dataclass(slots=True)
class StepForecast:
    """One step of one flow: how many mails on which local day, and what a sample of them meets."""

    flow: str
    step: str
    by_day: Counter[date] = field(default_factory=Counter)
    sampled: int = 0
    would_go: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.by_day.values())


@dataclass(frozen=True, slots=True)
class Expected:
    """One mail of one customer's coming days. `answer` is ``go``, or why it would not."""

    due_at: datetime
    flow: str
    step: str
    answer: str
    planned: bool


def forecast_store(*, store: Store, now: datetime, days: int) -> list[StepForecast]:
    """Every step with mails in the next `days` days, by flow; runs in the store's scope by itself."""
    with store_scope(store.pk):
        until = now + timedelta(days=min(days, LONGEST_DAYS))
        steps = _planned(store=store, until=until)
        for occasion, counts in _occasions(store=store, now=now, until=until).items():
            if counts and _is_on(occasion):
                entry = steps.setdefault((occasion, ""), StepForecast(occasion, ""))
                entry.by_day.update(counts)
        for entry in steps.values():
            _sample(entry, store=store, until=until)
        return sorted(steps.values(), key=lambda entry: (entry.flow, entry.step))


def forecast_customer(
    *, store: Store, customer: Customer, now: datetime, days: int
) -> list[Expected]:
    """What this customer would get, in order of time."""
    with store_scope(store.pk):
        until = now + timedelta(days=min(days, LONGEST_DAYS))
        messages = list(
            Message.objects.filter(
                customer=customer, status=Message.Status.PLANNED, due_at__lt=until
            ).select_related("customer", "order")
        )
        expected = [
            Expected(
                due_at=message.due_at,
                flow=message.flow,
                step=message.step,
                answer=_words(_ruling(message)),
                planned=True,
            )
            for message in messages
        ]
        expected += _own_days(store=store, customer=customer, now=now, until=until)
        return sorted(expected, key=lambda one: one.due_at)


def _planned(*, store: Store, until: datetime) -> dict[tuple[str, str], StepForecast]:
    """What is planned per step and local day, counted from an index alone."""
    rows = (
        _living_messages()
        .filter(due_at__lt=until)
        .annotate(day=TruncDate("due_at", tzinfo=store.zone))
        .values_list("flow", "step", "day")
        .annotate(number=Count("*"))
        .order_by()
    )
    steps: dict[tuple[str, str], StepForecast] = {}
    for flow, step, day, number in rows:
        entry = steps.setdefault((flow, step), StepForecast(flow, step))
        entry.by_day[day] += number
    return steps


def _living_messages() -> QuerySet[Message]:
    """Planned mails of flows that are not paused."""
    paused = Flow.objects.filter(status=Flow.Status.PAUSED).values_list("key", flat=True)
    planned = Message.objects.filter(status=Message.Status.PLANNED)
    return planned.exclude(flow__in=list(paused)) if paused else planned


def _occasions(*, store: Store, now: datetime, until: datetime) -> dict[str, Counter[date]]:
    """Birthdays and anniversaries per local day, beyond the days already looked at."""
    first = now.astimezone(store.zone).date() + timedelta(days=LEAD_DAYS + 1)
    last = until.astimezone(store.zone).date()
    living = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    births = (
        living.filter(birthday_month__isnull=False)
        .values_list("birthday_month", "birthday_day")
        .annotate(number=Count("pk"))
    )
    accounts = (
        living.filter(account_created_on__isnull=False)
        .values_list("account_created_on")
        .annotate(number=Count("pk"))
    )
    return {
        "birthday": _kept(((month, day, 0, n) for month, day, n in births), first, last),
        "account_anniversary": _kept(
            ((began.month, began.day, began.year, n) for began, n in accounts), first, last
        ),
    }


def _kept(dates: Iterable[tuple[int, int, int, int]], first: date, last: date) -> Counter[date]:
    """(month, day, year it began, how many) on the days of a span on which they are kept."""
    found: Counter[date] = Counter()
    for month, day, began, number in dates:
        for year in range(first.year, last.year + 1):
            kept = occurrence_in(year=year, month=month, day=day)
            if kept and first <= kept < last and year > began:
                found[kept] += number
    return found


def _own_days(
    *, store: Store, customer: Customer, now: datetime, until: datetime
) -> list[Expected]:
    first = now.astimezone(store.zone).date() + timedelta(days=LEAD_DAYS + 1)
    last = until.astimezone(store.zone).date()
    dates = {}
    if customer.birthday_month and customer.birthday_day:
        dates["birthday"] = (customer.birthday_month, customer.birthday_day, 0, 1)
    if began := customer.account_created_on:
        dates["account_anniversary"] = (began.month, began.day, began.year, 1)
    return [
        Expected(
            due_at=datetime(day.year, day.month, day.day, 9, tzinfo=store.zone),
            flow=flow,
            step="",
            answer="planned a week ahead",
            planned=False,
        )
        for flow, parts in dates.items()
        if _is_on(flow)
        for day in _kept([parts], first, last)
    ]


def _is_on(flow: str) -> bool:
    return Flow.objects.filter(key=flow, status=Flow.Status.ON).exists()


def _sample(entry: StepForecast, *, store: Store, until: datetime) -> None:
    """Ask the rules about the step's first mails, those of an hour at the end of it.

    Looked for on the first day that has any, so that nothing is read through to find them.
    """
    if not entry.step:
        return
    day = min(entry.by_day)
    rows = _living_messages().filter(
        flow=entry.flow,
        step=entry.step,
        due_at__gte=start_of_local_day(day=day, zone=store.zone),
        due_at__lt=min(until, start_of_local_day(day=day + timedelta(days=1), zone=store.zone)),
    )
    sample = rows.select_related("customer", "order").order_by("due_at", "pk")[:SAMPLE]
    for _, of_an_hour in groupby(
        sample, key=lambda message: message.due_at.replace(minute=0, second=0, microsecond=0)
    ):
        messages = list(of_an_hour)  # judged together, as the dispatcher does
        rulings = send_rules().judge(messages=messages, now=messages[-1].due_at)
        for ruling in map(rulings.get, (message.pk for message in messages)):
            entry.sampled += 1
            if isinstance(ruling, Skip):
                entry.reasons[ruling.reason] += 1
            else:
                entry.would_go += 1


def _ruling(message: Message) -> Ruling | None:
    return send_rules().judge(messages=[message], now=message.due_at).get(message.pk)


def _words(ruling: Ruling | None) -> str:
    if isinstance(ruling, Go) or ruling is None:
        return "go"
    if isinstance(ruling, Wait):
        return f"waits ({ruling.why})" if ruling.why else "waits"
    return ruling.reason
