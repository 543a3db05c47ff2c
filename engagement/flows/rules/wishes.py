"""Somebody asked us to pause, or for fewer mails: marketing waits, and is given up if that is too long."""

from collections.abc import Iterable
from datetime import timedelta

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Wait

FEWER_MEANS = timedelta(days=14)
RIVAL_LOOKS_IN = timedelta(minutes=15)


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


def one_of_a_batch(going: Iterable[Case]) -> dict[int, Wait]:
    """Of mails that may all go now, those that must let another one go first, by message id.

    Who wants fewer gets one of a batch. The others are looked at again soon: by then the first has
    left, and they wait their two weeks, or it has not, and the next one goes.
    """
    first: set[int] = set()
    behind: dict[int, Wait] = {}
    for case in going:
        customer = case.message.customer_id
        if not case.is_marketing or not case.person.wants_fewer or customer is None:
            continue
        if customer in first:
            behind[case.message.pk] = Wait(
                until=case.now + RIVAL_LOOKS_IN, why=Reason.CAPPED, counts=False
            )
        first.add(customer)
    return behind
