"""They bought it again before the reminder was due."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip


def reordered(case: Case) -> Skip | None:
    """A later purchase of the same product stands; or, of one who was missed, any purchase."""
    if case.is_bought_again or (_is_missed(case) and _came_back(case)):
        return Skip(Reason.REORDERED)
    return None


def _is_missed(case: Case) -> bool:
    return case.definition is not None and "customer.went_quiet" in case.definition.starts_on


def _came_back(case: Case) -> bool:
    last = case.customer.last_order_at if case.customer is not None else None
    return last is not None and last > case.message.anchor_at
