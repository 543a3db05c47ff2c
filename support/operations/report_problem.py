"""A customer reports a problem with an order."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction

from core.clock import real_now
from core.events.spine import record
from core.limits.take import take
from orders.models import Order, OrderLine
from support.events import ProblemReported
from support.models import Problem, ProblemPhoto

A_DAY = timedelta(days=1)
PER_CUSTOMER = 10
PER_NETWORK = 40


class TooManyReports(Exception):
    """Reported too often; `seconds` until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def count_report(*, order: Order, network: str) -> None:
    """Count one try against the buyer and the network, by machine time, before anything large is read.
    Raises `TooManyReports`."""
    now, who = real_now(), f"{order.store_id}:{order.customer_id}"
    wait = max(
        take(name="problem:customer", who=who, limit=PER_CUSTOMER, window=A_DAY, now=now),
        take(name="problem:network", who=network, limit=PER_NETWORK, window=A_DAY, now=now),
    )
    if wait:
        raise TooManyReports(wait)


def report_problem(
    *,
    order: Order,
    kind: str,
    line_ids: Collection[int],
    text: str,
    photos: Sequence[ContentFile],
    once: str,
    now: datetime,
) -> Problem:
    """Keep the report and record it; the same form sent twice is one report. `photos` were written
    anew by `core.files.pictures`. Lines of other orders are left out. Inside the store's scope."""
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        known = Problem.objects.filter(once=once).first()
        if known is not None:
            return known
        lines = list(OrderLine.objects.filter(order=locked, pk__in=line_ids).order_by("pk"))
        problem = Problem.objects.create(
            store_id=locked.store_id,
            order=locked,
            customer_id=locked.customer_id,
            kind=kind,
            text=text.replace("\x00", "").strip()[:4000],
            once=once,
            reported_at=now,
        )
        problem.lines.set(lines)
        for number, photo in enumerate(photos, start=1):
            row = ProblemPhoto(store_id=locked.store_id, problem=problem)
            row.file.save(f"{problem.public_id.hex}-{number}.jpg", photo, save=False)
            row.save()
        record(
            news=ProblemReported(
                order_id=locked.pk,
                customer_id=locked.customer_id,
                problem_id=problem.pk,
                kind=kind,
                line_ids=[line.pk for line in lines],
                photos=len(photos),
            ),
            store_id=locked.store_id,
            subject=f"order:{locked.pk}",
            key=f"{locked.pk}:{problem.pk}",
            occurred_at=now,
            origin="live",
            now=now,
        )
    return problem
