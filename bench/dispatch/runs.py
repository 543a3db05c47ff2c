"""Run workers against the sink, all let go at once, and add up what they tell."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.dispatch.costs import ticks


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one way. CPU is in seconds; `peak_mb` that of its largest process."""

    sent: int
    seconds: float
    cpu: float
    database_cpu: float
    sink_cpu: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return self.sent / self.seconds

    @property
    def cpu_each(self) -> float:
        """Milliseconds of CPU a mail, of everybody but the sink."""
        return 1000 * (self.cpu + self.database_cpu) / max(1, self.sent)


@dataclass(frozen=True, slots=True)
class Sink:
    """A running ``smtp-sink``: takes every mail and throws it away."""

    port: int
    pid: int


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """Postfix's ``smtp-sink`` on a free port of the loopback."""
    program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    as_user = ["-u", "postfix"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *as_user, f"127.0.0.1:{port}", "400"])
    try:
        _wait_for(port)
        yield Sink(port=port, pid=process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def far_relay(sink: Sink, *, milliseconds: int) -> Iterator[int]:
    """The sink as from afar, that long each way; yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.dispatch.relay"]
    process = subprocess.Popen(
        [*command, str(port), str(sink.port), str(milliseconds)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise SystemExit("smtp-sink does not answer; is Postfix installed?") from None
            time.sleep(0.05)
        else:
            return


def run(*, jobs: list[dict[str, Any]], env: dict[str, str], sink: Sink) -> Run:
    """Run one worker a job, all at once, and wait for them."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.dispatch.worker", json.dumps(job)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **env},
        )
        for job in jobs
    ]
    for worker in workers:
        assert worker.stdout is not None
        if worker.stdout.readline().strip() != "ready":
            raise SystemExit("A worker could not start; its error stands above.")
    sink_before, begun = ticks(sink.pid), time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = []
    for worker in workers:
        assert worker.stdout is not None
        told.append(json.loads(worker.stdout.readline()))
    seconds = time.perf_counter() - begun
    for worker in workers:
        worker.communicate()
    return Run(
        sent=sum(one["sent"] for one in told),
        seconds=seconds,
        cpu=sum(one["cpu"] for one in told),
        database_cpu=sum(one["database_cpu"] for one in told),
        sink_cpu=ticks(sink.pid) - sink_before,
        peak_mb=max(one["peak_mb"] for one in told),
    )
