"""The time that the shop gives after ordering is over."""

from orders.self_service.case import Case, Reason


def rule(case: Case) -> Reason | None:
    return "too_late" if case.deadline is not None and case.now >= case.deadline else None
