"""The customer has sent back more within a year than the shop takes unseen."""

from orders.returns.case import Case, Look


def rule(case: Case) -> Look | None:
    most = case.policy.look_after_returns
    return "many_returns" if most is not None and case.earlier_returns >= most else None
