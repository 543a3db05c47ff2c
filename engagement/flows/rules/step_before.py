"""A step that follows another: not without it, not before it."""

from datetime import timedelta

from engagement.flows.case import Case
from engagement.messages.models import Message, Reason
from engagement.messages.rules import Skip, Wait

LOOK_AGAIN_IN = timedelta(days=1)


def step_before(case: Case) -> Skip | Wait | None:
    """A reminder of a mail that never went is pointless; of one still to go, too early."""
    if case.step is None or not case.step.follows:
        return None
    if case.before is None:
        return Skip(Reason.STEP_GONE, "The mail it follows was never planned.")
    match case.before.status:
        case Message.Status.SENT:
            return None
        case Message.Status.SKIPPED | Message.Status.FAILED:
            return Skip(
                case.before.reason or Reason.OVERTAKEN, "The mail it follows did not go out."
            )
        case _:
            return Wait(
                until=case.now + LOOK_AGAIN_IN, why="the mail before it is not out", counts=False
            )
