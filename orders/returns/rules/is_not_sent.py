"""What is still here is canceled, not returned."""

from orders.returns.case import Case, No


def rule(case: Case) -> No | None:
    return "not_sent" if case.arrival is None else None
