"""Nothing comes back of an order that stands no more."""

from orders.returns.case import Case, No


def rule(case: Case) -> No | None:
    return None if case.order.is_standing else "canceled"
