"""Worth more than the shop takes back unseen."""

from orders.returns.case import Case, Look


def rule(case: Case) -> Look | None:
    most = case.policy.look_above_minor
    return "value" if most is not None and case.amount_minor > most else None
