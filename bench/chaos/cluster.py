"""A whole installation of its own: PostgreSQL, Redis, gunicorn, two workers, two beats, on loopback.

Everything lives in one temporary directory and on free ports; nothing of the machine is touched. A
keeper restarts what dies, as Docker or systemd would, except what a scenario holds down.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import redis

from bench.chaos.programs import (
    Successor,
    as_postgres,
    children_of,
    descendants,
    free_port,
    postgres_bin,
    program,
    send,
)

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ("worker1", "worker2")
BEATS = ("beat1", "beat2")
OURS = ("web", *WORKERS, *BEATS)


def until(fact: Callable[[], Any], *, seconds: float, what: str, every: float = 0.05) -> Any:
    """Wait until `fact()` is true and return it; AssertionError with `what` after `seconds`."""
    ends = time.monotonic() + seconds
    while True:
        if found := fact():
            return found
        if time.monotonic() > ends:
            raise AssertionError(f"Not within {seconds:g} s: {what}")
        time.sleep(every)


class Cluster:
    """Start it with `with Cluster(...) as cluster:`; `base` is where its web server answers."""

    def __init__(self, *, times: float = 0.1) -> None:
        self.times = times
        self.folder = Path(tempfile.mkdtemp(prefix="afterglow-chaos-"))
        self.folder.chmod(0o755)
        self.traps = self.folder / "traps"
        self.traps.mkdir()
        self.pg_port, self.redis_port, self.web_port = free_port(), free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.web_port}"
        self.processes: dict[str, subprocess.Popen[bytes] | Successor] = {}
        self.held_down: set[str] = set()
        self.restarts: list[str] = []
        self.disk: Path | None = None
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep_up, name="keeper", daemon=True)
        self._clerk: subprocess.Popen[str] | None = None
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ANYMAIL_")},
            "DJANGO_SETTINGS_MODULE": "bench.chaos.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "DATABASE_URL": f"postgres://afterglow@127.0.0.1:{self.pg_port}/afterglow",
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "SITE_URL": self.base,
            "VAR_DIR": str(self.folder / "var"),
            "EMAIL_URL": "",
            "LOG_LEVEL": "WARNING",
            "LOG_JSON": "1",
            "CHAOS_ROOM": str(self.traps),
            "CHAOS_TIMES": str(times),
            "CHAOS_WITHOUT": "",
        }

    # --- start and end ----------------------------------------------------------------------------

    def __enter__(self) -> "Cluster":
        try:
            self._make_database()
            self._spawn("redis")
            self._spawn("postgres")
            until(self.database_answers, seconds=30, what="PostgreSQL starts")
            with self.sql(database="postgres") as ask:
                ask("CREATE ROLE afterglow LOGIN")
                ask("CREATE DATABASE afterglow OWNER afterglow")
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, cwd=ROOT, env=self.env | {"CHAOS_WITHOUT": ""}, check=True)
            with self.sql(database="postgres") as ask:
                ask("CREATE DATABASE pristine TEMPLATE afterglow")
            self._keeper.start()
            self._start_ours()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start_ours(self) -> None:
        for name in OURS:
            self._spawn(name)
            self.held_down.discard(name)
        until(self.web_answers, seconds=90, what="the web server starts")
        until(lambda: all(map(self.children, WORKERS)), seconds=90, what="workers start")

    def renew(self, *, without: str = "", sql: str = "") -> None:
        """Start our processes again on an empty database, with a defence switched off."""
        for name in OURS:
            self.kill(name, down=True)
        for trap in self.traps.iterdir():
            trap.unlink()
        self.redis().flushall()
        with self.sql(database="postgres") as ask:
            ask("DROP DATABASE afterglow WITH (FORCE)")
            ask("CREATE DATABASE afterglow TEMPLATE pristine OWNER afterglow")
        if sql:
            with self.sql() as ask:
                ask(sql)
        self.env["CHAOS_WITHOUT"] = without
        self._start_ours()

    def close(self) -> None:
        """End every process this cluster started and remove its directory."""
        self._closing.set()
        if self._keeper.is_alive():
            self._keeper.join(5)
        everybody = dict(self.processes)
        if self._clerk:
            everybody["clerk"] = self._clerk  # type: ignore[assignment]
        for process in everybody.values():
            for pid in [*descendants(process.pid), process.pid]:
                send(pid, signal.SIGCONT)
                send(pid, signal.SIGKILL)
            process.wait()
        if self.disk:
            subprocess.run(["umount", "--lazy", str(self.disk)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_database(self) -> None:
        data = self.folder / "postgres"
        data.mkdir(mode=0o700)
        if (
            os.geteuid() == 0
        ):  # a disk of its own, small enough to fill; and PostgreSQL refuses root
            made = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=400m,mode=0700", "tmpfs", str(data)],
                check=False,
                capture_output=True,
            )
            self.disk = data if made.returncode == 0 else None
            owner = pwd.getpwnam("postgres")
            os.chown(data, owner.pw_uid, owner.pw_gid)
        home = data / "data"
        subprocess.run(
            [postgres_bin() / "initdb", "-D", home, "-U", "postgres", "-A", "trust", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=data,
            **as_postgres(),
        )

    @property
    def data(self) -> Path:
        return self.folder / "postgres" / "data"

    def _spawn(self, name: str) -> None:
        with self._lock:
            special = as_postgres() if name == "postgres" else {}
            with open(self.folder / f"{name}.log", "ab") as log:
                self.processes[name] = subprocess.Popen(
                    program(name, self),
                    cwd=self.folder if name in {"postgres", "redis"} else ROOT,
                    env=self.env,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    **special,
                )

    def _keep_up(self) -> None:
        """What a supervisor does: whoever has died is started again after a moment."""
        while not self._closing.wait(0.3):
            with self._lock:
                for name, process in list(self.processes.items()):
                    if name not in self.held_down and process.poll() is not None:
                        self.restarts.append(name)
                        self._remove_pid_file(name)
                        self._spawn(name)

    def _remove_pid_file(self, name: str) -> None:
        if name == "postgres":
            with contextlib.suppress(FileNotFoundError):
                (self.data / "postmaster.pid").unlink()

    # --- asking -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def sql(self, *, database: str = "afterglow", user: str = "postgres") -> Iterator[Any]:
        """A function that runs one statement in autocommit and returns its rows, if any."""
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.pg_port, user=user, dbname=database, connect_timeout=3
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:

                def ask(statement: str, values: Any = None) -> list[Any]:
                    cursor.execute(statement, values)
                    return cursor.fetchall() if cursor.description else []

                yield ask
        finally:
            connection.close()

    def database_answers(self) -> bool:
        try:
            with self.sql(database="postgres") as ask:
                ask("SELECT 1")
        except psycopg2.Error:
            return False
        return True

    def web_answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.web_port), timeout=1) as line:
                line.settimeout(2)
                line.sendall(b"GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                return b" 200 " in line.recv(64)
        except OSError:
            return False

    def redis(self) -> redis.Redis:
        return redis.Redis(port=self.redis_port, socket_timeout=2, socket_connect_timeout=1)

    def children(self, name: str) -> list[int]:
        """Process ids of the children doing the work of `name`."""
        return descendants(self.processes[name].pid)

    def clerk(self, what: str, **facts: Any) -> Any:
        """Have something set up that has no public door: opening a store. Never used for load."""
        if self._clerk is None:
            with open(self.folder / "clerk.log", "ab") as log:
                self._clerk = subprocess.Popen(
                    [sys.executable, "-m", "bench.chaos.clerk"],
                    cwd=ROOT,
                    env=self.env | {"CHAOS_WITHOUT": ""},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        assert self._clerk.stdin
        assert self._clerk.stdout
        self._clerk.stdin.write(json.dumps({"what": what, **facts}) + "\n")
        self._clerk.stdin.flush()
        answer = self._clerk.stdout.readline()
        assert answer, f"the clerk has died: {self.tail('clerk')}"
        return json.loads(answer)

    def tail(self, name: str, lines: int = 30) -> str:
        """The end of a process's log."""
        path = self.folder / f"{name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    # --- hurting ----------------------------------------------------------------------------------

    def kill(self, name: str, *, down: bool = False) -> None:
        """`kill -9` of the process and its children; the keeper starts it again unless `down`."""
        with self._lock:
            if down:
                self.held_down.add(name)
            process = self.processes[name]
            pids = [process.pid, *descendants(process.pid)]
            for pid in pids:
                send(pid, signal.SIGKILL)
            process.wait()

    def lift(self, name: str) -> None:
        """Let the keeper start it again."""
        self.held_down.discard(name)

    def pause(self, name: str, *, and_children: bool = True) -> None:
        """SIGSTOP: it neither works nor dies."""
        self._all(name, signal.SIGSTOP, and_children=and_children)

    def resume(self, name: str) -> None:
        self._all(name, signal.SIGCONT, and_children=True)

    def terminate(self, name: str, *, seconds: float) -> None:
        """SIGTERM as a deploy does it: the batch in hand is finished; the keeper starts it again."""
        process = self.processes[name]
        process.terminate()
        process.wait(seconds)

    def take_over_web(self) -> None:
        """A deploy of the web server as docs/operate.md has it: SIGUSR2, and the new one takes over."""
        with self._lock:
            self.held_down.add("web")
            old = self.processes["web"]
        known = set(descendants(old.pid))
        send(old.pid, signal.SIGUSR2)
        born = until(
            lambda: [pid for pid in children_of(old.pid) if pid not in known],
            seconds=30,
            what="a second master starts",
        )
        until(lambda: old.poll() is not None, seconds=90, what="the first master leaves")
        with self._lock:
            self.processes["web"] = Successor(born[0])
            self.held_down.discard("web")

    def _all(self, name: str, what: signal.Signals, *, and_children: bool) -> None:
        with self._lock:
            pid = self.processes[name].pid
            for one in [pid, *(descendants(pid) if and_children else ())]:
                send(one, what)
