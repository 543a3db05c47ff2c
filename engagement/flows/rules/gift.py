"""The goods went to somebody else: nothing about using them up or rating them."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip


def gift(case: Case) -> Skip | None:
    """Order news still goes, to the buyer."""
    if case.is_marketing and case.order is not None and case.order.is_gift:
        return Skip(Reason.GIFT)
    return None
