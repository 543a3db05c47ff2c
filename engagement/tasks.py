"""Celery's two tasks: a hint that a lane has work, and a chore whose time has come."""

from celery import shared_task

from core.clock import real_now
from engagement.chores import LANES, run_chore


@shared_task(name="engagement.tasks.hint", ignore_result=True)
def hint(lane: str, **unknown: object) -> None:
    """Work the lane until nothing is due, at most 50 s. An unknown lane (older code) is no error."""
    work = LANES.get(lane)
    if work:
        work()


@shared_task(name="engagement.tasks.chore", ignore_result=True)
def chore(name: str, **unknown: object) -> None:
    """Run a chore unless another scheduler has run it in this slot."""
    run_chore(name=name, now=real_now())
