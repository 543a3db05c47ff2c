"""One wish of a kind at a time: the first has to be settled."""

from orders.self_service.case import Case, Reason


def rule(case: Case) -> Reason | None:
    return "asked_already" if case.is_open else None
