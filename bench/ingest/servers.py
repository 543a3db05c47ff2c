"""Start what a shop runs (gunicorn, Celery, beat) as processes, and read what they burn."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

TICK = os.sysconf("SC_CLK_TCK")
# As the Dockerfile starts it.
GUNICORN = ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
GUNICORN += ["--no-control-socket", "--access-logfile", "-"]


def production(*, database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """The environment of a production start, logs included; mails stay in the local mailbox."""
    return {
        **os.environ,
        "ENVIRONMENT": "production",
        "SECRET_KEY": "bench-bench-bench-bench-bench-bench-bench-bench-bench-b",
        "CREDENTIALS_KEY": Fernet.generate_key().decode(),
        "SITE_URL": "https://bench.example",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "EMAIL_URL": "",
        "EMAIL_BACKEND": "engagement.messages.localbox.backend.EmailBackend",
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "engagement.settings",
    }


@contextmanager
def running(
    command: list[str], *, env: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process and its children until the block ends."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=dict(env),
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def web(
    application: str, *, env: Mapping[str, str], log: Path
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """gunicorn with two workers; yields its port and process once it listens."""
    port = free_port()
    command = ["gunicorn", application, "--bind", f"127.0.0.1:{port}", *GUNICORN]
    with running(command, env=env, log=log) as process:
        wait_for_port(port)
        yield port, process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, *, seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port}; see the log.")


def cpu_of_group(leader: int) -> float:
    """CPU seconds so far of all living processes of a process group."""
    return sum(_cpu(pid) for pid in _pids() if _group(pid) == leader)


def cpu_of(pids: list[int]) -> float:
    """CPU seconds so far of these processes, those that ended left out."""
    return sum(_cpu(pid) for pid in pids)


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def _cells(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _group(pid: int) -> int:
    cells = _cells(pid)
    return int(cells[2]) if cells else -1


def _cpu(pid: int) -> float:
    cells = _cells(pid)
    return (int(cells[11]) + int(cells[12])) / TICK if cells else 0.0
