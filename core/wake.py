"""Hints that there is work. Losing one costs a few seconds, never work: the rows are the truth.

With a broker the hint is a Celery message; without one it is an in-process event that the loop of
`runall` waits on.
"""

import threading
import time

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

log = structlog.get_logger(__name__)
_bell = threading.Event()
_quiet_until = 0.0

HINT_TASK = "engagement.tasks.hint"
HINT_EXPIRES_SECONDS = 30
QUIET_SECONDS = 10.0  # after a lost hint nobody waits for the broker again for so long


def wake(lane: str) -> None:
    """Say that `lane` (``notices``, ``reactions``, ``outbox``) has work. Never raises, never waits."""
    global _quiet_until
    if not settings.CELERY_BROKER_URL:
        _bell.set()
        return
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task(
            HINT_TASK,
            args=[lane],
            queue=lane,
            expires=HINT_EXPIRES_SECONDS,
            retry=False,
            ignore_result=True,
        )
    except Exception as error:  # the broker is away; the sweep finds the rows
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("hint_lost", lane=lane, error=type(error).__name__)


def wake_on_commit(lane: str) -> None:
    """`wake` once the transaction in progress has committed."""
    transaction.on_commit(lambda: wake(lane))


def wait(*, seconds: float) -> bool:
    """Block until somebody calls `wake` in this process, at most `seconds`; true when woken."""
    woken = _bell.wait(seconds)
    _bell.clear()
    return woken
