"""The reason is one that the shop looks into: it may be a fault, or a fraud."""

from orders.returns.case import Case, Look


def rule(case: Case) -> Look | None:
    return "reason" if case.reason is not None and case.reason.is_looked_at else None
