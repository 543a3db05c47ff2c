"""They bought it again before the reminder was due."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip


def reordered(case: Case) -> Skip | None:
    """A later purchase of the same product stands."""
    return Skip(Reason.REORDERED) if case.is_bought_again else None
