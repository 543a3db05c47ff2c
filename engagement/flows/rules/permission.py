"""Whether we may write to this person at all, and with this."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip
from engagement.preferences.models import Suppression


def permission(case: Case) -> Skip | None:
    """No address, a dead address, a wish to be left alone, no recorded basis: in this order."""
    if not case.email:
        return Skip(Reason.NO_ADDRESS)
    if case.reach == Suppression.Reach.ALL:
        return Skip(Reason.SUPPRESSED)
    if not case.is_marketing:
        return None
    if case.reach == Suppression.Reach.MARKETING:
        return Skip(Reason.UNSUBSCRIBED)
    if not case.has_basis:
        return Skip(Reason.NO_CONSENT)
    return None
