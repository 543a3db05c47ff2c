"""Somebody of the shop has dealt with a reported problem."""

from datetime import datetime

from support.models import Problem


def settle_problem(*, problem: Problem, by: str, now: datetime) -> bool:
    """Write down who and when; false where it was settled already. Inside the store's scope."""
    waiting = Problem.objects.filter(pk=problem.pk, settled_at=None)
    return bool(waiting.update(settled_at=now, settled_by=by[:160]))
