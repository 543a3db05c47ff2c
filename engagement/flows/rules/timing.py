"""Too late, or not yet: the due time is computed afresh, whatever the row says."""

from datetime import timedelta

from engagement.flows.case import Case
from engagement.flows.planning.due import expiry
from engagement.messages.models import Reason
from engagement.messages.rules import Skip, Wait

PEACE_LOOK_IN = timedelta(days=1)


def too_late(case: Case) -> Skip | None:
    """Its time has passed by more than the step allows."""
    if case.step is None or case.now <= expiry(step=case.step, due_at=case.due_at):
        return None
    return Skip(Reason.TOO_LATE)


def not_yet(case: Case) -> Wait | None:
    """The anchor moved or the merchant lengthened the wait."""
    if case.due_at <= case.now:
        return None
    return Wait(until=case.due_at, why="not due yet", counts=False)


def unsettled(case: Case) -> Skip | Wait | None:
    """Something of this customer is open: wait for peace, and give up when it takes too long."""
    if not case.unsettled or case.step is None:
        return None
    until = case.now + PEACE_LOOK_IN
    if until > expiry(step=case.step, due_at=case.due_at):
        return Skip(Reason.TICKET_OPEN, case.unsettled)
    return Wait(until=until, why=case.unsettled, counts=False)
