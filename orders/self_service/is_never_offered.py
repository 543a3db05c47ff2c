"""The shop does not offer it online."""

from orders.models import SelfServicePolicy
from orders.self_service.case import Case, Reason


def rule(case: Case) -> Reason | None:
    return "never" if case.policy.until(case.kind) == SelfServicePolicy.Until.NEVER else None
