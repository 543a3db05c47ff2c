"""Somebody asked us to pause, or for fewer mails: marketing waits, and is given up if that is too long."""

from datetime import timedelta

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Wait

FEWER_MEANS = timedelta(days=14)


def wishes(case: Case) -> Wait | None:
    """Wait until the pause ends, or until two weeks after the last marketing mail."""
    if not case.is_marketing:
        return None
    paused_until = case.person.paused_until
    if paused_until is not None and case.now < paused_until:
        return Wait(until=paused_until, why="The customer asked for a pause", counts=False)
    if case.person.wants_fewer and case.last_marketing_at is not None:
        free_again = case.last_marketing_at + FEWER_MEANS
        if case.now < free_again:
            return Wait(until=free_again, why=Reason.CAPPED, counts=False)
    return None
