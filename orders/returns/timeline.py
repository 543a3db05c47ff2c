"""The stations of a return with their times, for whoever follows it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from orders.models import Return

S = Return.Status
ORDER = (S.REQUESTED, S.APPROVED, S.SENT, S.RECEIVED, S.DONE)


@dataclass(frozen=True, slots=True)
class Step:
    """`at`: it happened then. `due`: it should by then. `is_now`: where the return stands."""

    key: str
    at: datetime | None
    due: datetime | None
    is_now: bool


def timeline_of(asked: Return) -> list[Step]:
    """Every station, reached or to come; a return that was refused or canceled ends there."""
    if asked.status in (S.REFUSED, S.CANCELED):
        passed = [step for step in _stations(asked) if step.at is not None and step.key != S.DONE]
        return [*passed, Step(asked.status, asked.settled_at, None, is_now=True)]
    return _stations(asked)


def is_overdue(asked: Return, *, now: datetime) -> bool:
    """Whether the shop should have answered by now."""
    late = asked.answer_by is not None and asked.answer_by < now
    return asked.status == S.REQUESTED and late


def _stations(asked: Return) -> list[Step]:
    was_approved = asked.status not in (S.REQUESTED, S.REFUSED, S.CANCELED) or asked.send_by
    times = {
        S.REQUESTED: (asked.requested_at, None),
        S.APPROVED: (asked.decided_at if was_approved else None, asked.answer_by),
        S.SENT: (asked.sent_at or asked.received_at, asked.send_by),
        S.RECEIVED: (asked.received_at, None),
        S.DONE: (asked.settled_at, asked.pay_by),
    }
    return [Step(key, times[key][0], times[key][1], is_now=key == asked.status) for key in ORDER]
