"""Nothing can be changed of an order that stands no more."""

from orders.self_service.case import Case, Reason


def rule(case: Case) -> Reason | None:
    return None if case.order.is_standing else "canceled"
