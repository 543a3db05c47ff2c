"""May it be asked for, until when, and is it done at once? The rules in their order, first no wins."""

from dataclasses import dataclass
from datetime import datetime

from orders.models import SelfServicePolicy
from orders.self_service import (
    is_asked_already,
    is_canceled,
    is_never_offered,
    is_sent,
    is_too_late,
)
from orders.self_service.case import Case, Reason, Rule

RULES: tuple[Rule, ...] = (
    is_canceled.rule,
    is_sent.rule,
    is_never_offered.rule,
    is_asked_already.rule,
    is_too_late.rule,
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """`reason` empty: it may be asked for, until `deadline` where there is one. `at_once`: nobody
    has to look at it first."""

    kind: str
    reason: Reason | None
    deadline: datetime | None
    at_once: bool


def judge(case: Case) -> Ruling:
    """What the rules say of this wish now."""
    at_once = case.policy.mode(case.kind) == SelfServicePolicy.Mode.AT_ONCE
    return Ruling(
        kind=case.kind,
        reason=next((reason for rule in RULES if (reason := rule(case))), None),
        deadline=case.deadline,
        at_once=at_once and case.can_be_handed_over,
    )
