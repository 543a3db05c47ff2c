"""Celery's two tasks: a hint that a lane has work, and a chore whose time has come."""

import structlog
from celery import shared_task
from django.db import Error

from core.clock import real_now
from core.trouble import trouble
from core.wake import wake
from engagement.chores import LANES, Chore, run_chore, run_now

log = structlog.get_logger(__name__)


@shared_task(name="engagement.tasks.hint", ignore_result=True)
def hint(lane: str, **unknown: object) -> None:
    """One turn of the lane, and the next one if there was work. An unknown lane (older code) is
    no error."""
    work = LANES.get(lane)
    if work and run_now(Chore(lane, 0, work)):
        wake(lane)


@shared_task(name="engagement.tasks.chore", ignore_result=True)
def chore(name: str, **unknown: object) -> None:
    """Run a chore unless another scheduler has run it in this slot. A database in trouble is left
    alone: the next tick comes by itself."""
    try:
        run_chore(name=name, now=real_now())
    except Error as error:
        if not (why := trouble(error)):
            raise
        log.error("chore_put_off", chore=name, why=why)
