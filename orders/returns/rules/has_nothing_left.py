"""Every piece of it is back already, on its way back, or was refunded."""

from orders.returns.case import Case, No


def rule(case: Case) -> No | None:
    return "nothing_left" if case.pieces_left <= 0 else None
