"""The flow was switched off or paused, or the step was taken out of it."""

from datetime import timedelta

from engagement.flows.case import Case
from engagement.flows.models import Flow
from engagement.messages.models import Reason
from engagement.messages.rules import Skip, Wait

LOOK_AGAIN_IN = timedelta(hours=1)


def flow_state(case: Case) -> Skip | Wait | None:
    """Off ends the mail, a pause holds it, a missing step ends it."""
    if case.flow is None or case.flow.disowns(case.message.created_at):
        return Skip(Reason.FLOW_OFF)
    if case.step is None:
        return Skip(Reason.STEP_GONE)
    if case.flow.status == Flow.Status.PAUSED:
        return Wait(until=case.now + LOOK_AGAIN_IN, why="paused", counts=False)
    return None
