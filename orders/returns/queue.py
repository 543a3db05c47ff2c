"""What is to be done about returns, and how many wait for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from orders.models import Return

S = Return.Status
COUNTED = 1000  # beyond this the page says "more than"

# Key → what a merchant calls it.
QUEUES = {
    "answer": "Waits for your answer",
    "overdue": "Should have been answered",
    "to_come": "Goods to come",
    "to_pay": "Here, to be settled",
    "trouble": "With trouble",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """How many returns wait for one thing; `is_more`: counting stopped there."""

    key: str
    title: str
    number: int
    is_more: bool
    is_urgent: bool


def condition(*, queue: str, now: datetime) -> Q:
    """Which returns belong to it."""
    match queue:
        case "answer":
            return Q(status=S.REQUESTED)
        case "overdue":
            return Q(status=S.REQUESTED, answer_by__lt=now)
        case "to_come":
            return Q(status__in=(S.APPROVED, S.SENT))
        case "to_pay":
            return Q(status=S.RECEIVED)
    return Q(status__in=Return.OPEN) & ~Q(problem="")


def rows_of(rows: QuerySet[Any], *, queue: str, now: datetime) -> QuerySet[Any]:
    """Those of `rows` that wait for it."""
    return rows.filter(condition(queue=queue, now=now))


def counts(*, now: datetime) -> list[Queue]:
    """How many wait for what, in five queries over what is open. Inside the store's scope."""
    found = []
    for key, title in QUEUES.items():
        number = rows_of(Return.objects.order_by(), queue=key, now=now)[: COUNTED + 1].count()
        is_urgent = key in ("overdue", "trouble")
        found.append(Queue(key, title, min(number, COUNTED), number > COUNTED, is_urgent))
    return found
