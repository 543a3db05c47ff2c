"""Hints that there is work. Losing one costs a few seconds, never work: the rows are the truth.

With a broker the hint is a Celery message; without one it is an in-process event that the loop of
`runall` waits on. A burst is one hint now and one at its end, not one per row: a worker that is
told drains its whole lane anyway.
"""

import threading
import time
from contextlib import AbstractContextManager
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.pools import producers

log = structlog.get_logger(__name__)
_bell = threading.Event()
_lock = threading.Lock()
_quiet_until = 0.0
_told_at: dict[str, float] = {}  # lane to when this process last told of it
_to_tell: set[str] = set()  # lanes whose next hint is already set up

HINT_TASK = "engagement.tasks.hint"
HINT_EXPIRES_SECONDS = 30
ANSWER_SECONDS = 1.0  # a broker that hangs holds up a request no longer than this
QUIET_SECONDS = 10.0  # after a lost hint nobody waits for the broker again for so long
APART_SECONDS = 0.25  # between two hints of one lane from one process


def wake(lane: str) -> None:
    """Say that `lane` (``notices``, ``reactions``, ``outbox``) has work. Never raises, and waits a
    second at most; after a hint that was lost it does not even try for a while."""
    if not settings.CELERY_BROKER_URL:
        _bell.set()
        return
    with _lock:
        now = time.monotonic()
        pause = _told_at.get(lane, -APART_SECONDS) + APART_SECONDS - now
        if lane in _to_tell or now < _quiet_until:
            return
        if pause > 0:
            _to_tell.add(lane)
        else:
            _told_at[lane] = now
    if pause > 0:
        later = threading.Timer(pause, _tell_of_the_rest, [lane])
        later.daemon = True  # a process that ends leaves it to the sweep
        later.start()
    else:
        _tell(lane)


def _tell_of_the_rest(lane: str) -> None:
    """The hint at the end of a pause: rows may have come after the worker had looked."""
    with _lock:
        _to_tell.discard(lane)
        _told_at[lane] = time.monotonic()
    _tell(lane)


def _tell(lane: str) -> None:
    global _quiet_until
    try:
        with _producer() as producer:
            current_app.send_task(
                HINT_TASK,
                args=[lane],
                queue=lane,
                expires=HINT_EXPIRES_SECONDS,
                retry=False,
                ignore_result=True,
                producer=producer,
            )
    except Exception as error:  # the broker is away; the sweep finds the rows
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("hint_lost", lane=lane, error=type(error).__name__)


def _producer() -> AbstractContextManager[Any]:
    """A line of its own: workers wait on theirs for a second at a time, and must be patient."""
    line = current_app.connection_for_write(
        settings.CELERY_BROKER_URL, transport_options={"socket_timeout": ANSWER_SECONDS}
    )
    return producers[line].acquire(block=True, timeout=ANSWER_SECONDS)


def wake_on_commit(lane: str) -> None:
    """`wake` once the transaction in progress has committed."""
    transaction.on_commit(lambda: wake(lane))


def wait(*, seconds: float) -> bool:
    """Block until somebody calls `wake` in this process, at most `seconds`; true when woken."""
    woken = _bell.wait(seconds)
    _bell.clear()
    return woken
