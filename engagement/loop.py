"""The engine without a broker: one loop in one thread that calls what beat and workers would call."""

import threading
import time
from datetime import datetime

import structlog
from django.db import close_old_connections

from core.clock import real_now
from core.trouble import trouble
from core.wake import wait
from engagement.chores import CHORES, LANES, Chore, run_chore, run_now

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
REMIND_SECONDS = 60.0


class EngineLoop:
    """Runs every chore at its time, and all lanes as soon as somebody rings (`core.wake`)."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._last: dict[str, datetime] = {}
        self._waits_for = ""
        self._told_at = 0.0

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
        """Until stopped: chores when due; lanes at once when woken. Nothing else ends it: a database
        in trouble is waited for."""
        log.info("engine_started")
        while not self._stop.is_set():
            close_old_connections()
            woken = wait(seconds=PAUSE_SECONDS)
            if self._stop.is_set():
                break
            try:
                if woken:
                    for name, work in LANES.items():
                        run_now(Chore(name, 0, work))
                self.tick(now=real_now())
            except Exception as error:
                self._wait(error)
            else:
                self._go_on()
        log.info("engine_stopped")

    def tick(self, *, now: datetime) -> None:
        """Run each chore whose slot has come since the last look, or whose last run lies in the
        future because the clock was put back."""
        for chore in CHORES:
            last = self._last.get(chore.name)
            if last is None or not 0 <= (now - last).total_seconds() < chore.every_seconds:
                run_chore(name=chore.name, now=now)
                self._last[chore.name] = now

    def _wait(self, error: Exception) -> None:
        """Say why at once, and then once a minute, not with every try."""
        why = trouble(error)
        if not why:
            log.exception("engine_pass_failed")
        elif why != self._waits_for or time.monotonic() - self._told_at >= REMIND_SECONDS:
            log.error("engine_waits", why=why)
            self._waits_for, self._told_at = why, time.monotonic()

    def _go_on(self) -> None:
        if self._waits_for:
            log.info("engine_goes_on")
            self._waits_for = ""
