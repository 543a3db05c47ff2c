"""Web and engine in one process: the embedded default, for a laptop or a small shop on one machine."""

import fcntl
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from core.trouble import trouble
from engagement.loop import EngineLoop
from engagement.wsgi import application


class Server(BaseApplication):
    """Gunicorn with one worker process, whose threads serve the web and one runs the engine."""

    def __init__(self, *, bind: str, threads: int, with_engine: bool) -> None:
        self.bind = bind
        self.threads = threads
        self.engine = EngineLoop() if with_engine else None
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self.bind)
        self.cfg.set("workers", 1)
        self.cfg.set("threads", self.threads)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("graceful_timeout", 30)
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("loglevel", "warning")
        self.cfg.set("post_worker_init", self.start_engine)
        self.cfg.set("worker_exit", self.stop_engine)

    def load(self) -> Any:
        return application

    def start_engine(self, worker: Worker) -> None:
        if self.engine:
            self.engine.start()

    def stop_engine(self, server: Any, worker: Worker) -> None:
        if self.engine:
            self.engine.stop()


class Command(BaseCommand):
    help = "Web and engine in one process. With REDIS_URL set, run workers and beat instead."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="Address and port.")
        parser.add_argument("--threads", type=int, default=8, help="Web threads.")
        parser.add_argument("--no-engine", action="store_true", help="Web only.")
        parser.add_argument("--no-migrate", action="store_true", help="Leave the schema alone.")

    def handle(self, *args: Any, **options: Any) -> None:
        lock = _only_one(_beside_the_database()) if settings.ON_SQLITE else None
        if not options["no_migrate"]:
            _migrate()
        self.stdout.write(f"Afterglow answers on http://{options['bind']}/admin/ (Ctrl-C stops it)")
        try:
            Server(
                bind=options["bind"],
                threads=options["threads"],
                with_engine=not options["no_engine"],
            ).run()
        finally:
            if lock:
                lock.close()


def _migrate() -> None:
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        if not (why := trouble(error)):
            raise
        raise CommandError(f"Afterglow was not started. {why}") from error


def _beside_the_database() -> Path:
    """Where the lock lies: whoever comes to the same file, by whatever settings, meets it."""
    database = Path(connection.settings_dict["NAME"]).resolve()
    return database.with_name(database.name + ".lock")


def _only_one(path: Path) -> IO[str]:
    """Hold `path` while we run. SQLite serves one process; a second one gets a clear word."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CommandError(
            f"Afterglow already runs on this database ({path.parent}). SQLite is for one process; "
            "stop the other one, or set DATABASE_URL to PostgreSQL."
        ) from None
    return lock
