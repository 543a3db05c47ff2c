"""A database that hangs must not hold a web thread for ever.

PostgreSQL's own limit on a statement (15 s) counts while the server is alive. When it hangs, its
machine still acknowledges every packet, so that no time-out of the network notices. One thread of
each web process looks once a second: where a request has waited for the server at every look for
longer than that limit could last, its socket is shut down, and whoever waited gets the error of a
lost connection, which is answered with 503. What runs in a worker has Celery's time limits.
"""

import os
import socket
import threading
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db.backends.signals import connection_created

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 1.0
ACTIVE = 1  # psycopg2: a command was sent and is not answered


@dataclass(slots=True)
class Line:
    """One thread's connection: Django's wrapper of it, and at how many looks in a row it waited."""

    wrapper: Any
    looks: int = 0


class Watchdog:
    """Looks at the lines of this process's threads. `look` is called once a second."""

    def __init__(self, *, most_looks: int) -> None:
        self.most_looks = most_looks
        self._lines: dict[int, Line] = {}
        self._process = 0

    def on_connection(self, *, connection: Any, **rest: object) -> None:
        """A thread has connected: from now on it is looked at."""
        if connection.vendor != "postgresql":
            return
        self._lines[threading.get_ident()] = Line(connection)
        if self._process != os.getpid():  # threads do not survive a fork
            self._process = os.getpid()
            threading.Thread(target=self._look_on, name="watchdog", daemon=True).start()

    def on_request(self, **rest: object) -> None:
        """A request begins or ends: whatever comes is another wait."""
        if line := self._lines.get(threading.get_ident()):
            line.looks = 0

    def look(self) -> int:
        """One look at every line; how many were cut."""
        cut = 0
        for line in list(self._lines.values()):
            raw = line.wrapper.connection
            waits = raw is not None and not raw.closed and raw.info.transaction_status == ACTIVE
            line.looks = line.looks + 1 if waits else 0
            if line.looks > self.most_looks:
                line.looks = 0
                log.error("database_hangs", seconds=self.most_looks * LOOK_EVERY_SECONDS)
                with socket.socket(fileno=os.dup(raw.fileno())) as end:
                    end.shutdown(socket.SHUT_RDWR)
                cut += 1
        return cut

    def _look_on(self) -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_EVERY_SECONDS):
            try:
                self.look()
            except Exception as error:  # a line that was closed under our eyes
                log.warning("watchdog_stumbled", error=type(error).__name__)


def watch() -> Watchdog:
    """Watch this process and those forked from it from now on. Called once, by the WSGI door."""
    watchdog = Watchdog(most_looks=settings.DATABASE_HANGS_AFTER_SECONDS)
    connection_created.connect(watchdog.on_connection, weak=False)
    request_started.connect(watchdog.on_request, weak=False)
    request_finished.connect(watchdog.on_request, weak=False)
    return watchdog
