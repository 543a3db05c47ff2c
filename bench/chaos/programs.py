"""How each program of the installation is started, and its processes found and signalled."""

import contextlib
import glob
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, Protocol

BY_PACKAGE = "/usr/lib/postgresql/*/bin"
QUEUES = "notices,reactions,outbox,commands,chores"


class NotHere(Exception):
    """Something this machine does not have; the message says what."""


class Place(Protocol):
    """Where a program is to run: its directories and ports."""

    folder: Path
    pg_port: int
    redis_port: int
    web_port: int

    @property
    def data(self) -> Path: ...


def postgres_bin() -> Path:
    """Where initdb and postgres lie. Raises `NotHere`."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    packaged = sorted(glob.glob(BY_PACKAGE), key=lambda path: float(path.split("/")[-2]))
    if not packaged:
        raise NotHere("PostgreSQL's own programs (initdb, postgres) are not installed.")
    return Path(packaged[-1])


def program(name: str, place: Place) -> list[str]:
    """The command line of `name`. Web, workers and beats as docs/operate.md has them."""
    celery = [sys.executable, "-m", "celery", "-A", "engagement"]
    match name:
        case "postgres":
            return _postgres(place)
        case "redis":
            alone = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            return ["redis-server", "--port", str(place.redis_port), *alone]
        case "web":
            # The script, not `python -m`: a second master is started by the same words.
            gunicorn = str(Path(sys.executable).with_name("gunicorn"))
            command = [gunicorn, "engagement.wsgi:application"]
            address = ["--bind", f"127.0.0.1:{place.web_port}", "--threads", "4"]
            return [*command, "-c", "python:engagement.web_server", *address]
        case "worker1" | "worker2":
            crowd = ["--concurrency", "2", "-n", f"{name}@chaos", "--loglevel", "WARNING"]
            return [*celery, "worker", "-Q", QUEUES, *crowd]
        case "beat1" | "beat2":
            return [*celery, "beat", "--schedule", str(place.folder / name)]
    raise LookupError(name)


def _postgres(place: Place) -> list[str]:
    wishes = {
        "port": place.pg_port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": 60,
        "shared_buffers": "32MB",
        "max_wal_size": "64MB",
        "min_wal_size": "32MB",
        "fsync": "off",  # a killed process loses nothing that it wrote; only a power cut would
    }
    options = [f"--{key}={value}" for key, value in wishes.items()]
    return [str(postgres_bin() / "postgres"), "-D", str(place.data), *options]


def as_postgres() -> dict[str, Any]:
    """Arguments for `subprocess` with which PostgreSQL, which refuses root, runs."""
    if os.geteuid():
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """The direct children of a process, from /proc."""
    found: list[int] = []
    for task in glob.glob(f"/proc/{pid}/task/*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in Path(task).read_text().split()]
    return found


def descendants(pid: int) -> list[int]:
    """All descendants of a process."""
    return [one for child in children_of(pid) for one in (child, *descendants(child))]


class Successor:
    """A process that another program started to take its own place; not a child of ours."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it lives."""
        try:
            return 0 if ") Z " in Path(f"/proc/{self.pid}/stat").read_text() else None
        except FileNotFoundError:
            return 0

    def wait(self, seconds: float | None = None) -> int:
        ends = time.monotonic() + (seconds or 60)
        while self.poll() is None and time.monotonic() < ends:
            time.sleep(0.05)
        return 0

    def terminate(self) -> None:
        send(self.pid, signal.SIGTERM)


def send(pid: int, what: signal.Signals) -> None:
    """Signal a process of ours; that it has gone meanwhile is no error."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)
