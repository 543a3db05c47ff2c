"""The window is over. Where nobody knows when the goods arrived, a person decides instead."""

from orders.returns.case import Case, No


def rule(case: Case) -> No | None:
    known = case.arrival is not None and case.arrival.is_known
    return "too_late" if case.is_over and known else None
