"""Marketing leaves in the store's sending hours, by the customer's clock."""

from datetime import datetime, timedelta

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip, Wait
from engagement.messages.timing import next_allowed, open_until

LOOK_AGAIN_IN = timedelta(hours=1)


def quiet_hours(case: Case) -> Skip | Wait | None:
    """Now if a window is open, else at the next opening, spread by the message's id."""
    if not case.is_marketing:
        return None
    if case.windows is None:
        return Wait(
            until=case.now + LOOK_AGAIN_IN, why="the sending hours cannot be read", counts=False
        )
    allowed = next_allowed(
        moment=case.now,
        windows=case.windows,
        zone=case.zone,
        jitter_key=case.message.public_id.hex,
    )
    if allowed is None:
        return Skip(Reason.NO_WINDOW)
    if allowed > case.now:
        return Wait(until=allowed, why="quiet hours", counts=False)
    return None


def hours_end(case: Case) -> datetime | None:
    """When the sending hours in which the mail may go now are over; None where none bind it."""
    if not case.is_marketing or case.windows is None:
        return None
    return open_until(moment=case.now, windows=case.windows, zone=case.zone)
