"""The window seems over, reckoned from the dispatch; the parcel may have come later."""

from orders.returns.case import Case, Look


def rule(case: Case) -> Look | None:
    reckoned = case.arrival is not None and not case.arrival.is_known
    return "delivery_unknown" if reckoned and case.is_over else None
