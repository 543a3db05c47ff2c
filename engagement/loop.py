"""The engine without a broker: one loop in one thread that calls what beat and workers would call."""

import threading
from datetime import datetime

import structlog
from django.db import close_old_connections

from core.clock import real_now
from core.wake import wait
from engagement.chores import CHORES, LANES, Chore, run_chore, run_now

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0


class EngineLoop:
    """Runs every chore at its time, and all lanes as soon as somebody rings (`core.wake`)."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._next: dict[str, datetime] = {}

    def start(self) -> None:
        """Start the loop in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="engine", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float = 20) -> None:
        """Ask the loop to end after the batch in hand, and wait for it."""
        self._stop.set()
        if self._thread:
            self._thread.join(seconds)

    def run(self) -> None:
        """Until stopped: chores when due; lanes at once when woken."""
        log.info("engine_started")
        while not self._stop.is_set():
            close_old_connections()
            woken = wait(seconds=PAUSE_SECONDS)
            if self._stop.is_set():
                break
            if woken:
                for name, work in LANES.items():
                    run_now(Chore(name, 0, work))
            self.tick(now=real_now())
        log.info("engine_stopped")

    def tick(self, *, now: datetime) -> None:
        """Run each chore whose slot has come since the last look."""
        for chore in CHORES:
            due = self._next.get(chore.name)
            if due is None or (now - due).total_seconds() >= chore.every_seconds:
                self._next[chore.name] = now
                run_chore(name=chore.name, now=now)
