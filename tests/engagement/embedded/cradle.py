"""Runs in a process of its own: loads Django once, then forks whole `runall`s that the test kills.

Commands on stdin, one JSON answer a line on stdout: ``create`` (the schema and a shop), ``start ARGS``
(`manage.py runall ARGS` in a process group of its own; its pid), ``start_in VAR_DIR ARGS``, ``ended PID``
(its exit code, or null), ``wal`` (how the database is kept). Times of the engine
are a tenth of those in life.
"""

import json
import os
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from engagement import beat

# Before anybody reads them.
beat.EVERY_SECONDS.update(notices=1, reactions=1, dispatch=1, reap=1, resolve=1)
os.environ["DJANGO_SETTINGS_MODULE"] = "engagement.settings"
os.environ["EMAIL_BACKEND"] = "tests.engagement.messages.chaos.ledger.EmailBackend"


class NoMigrations:
    """To Django: no app has any."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def set_up() -> None:
    settings.DATABASES["default"]["OPTIONS"]["timeout"] = 1
    settings.ENGINE_LIMITS = {
        "lease": timedelta(seconds=1.5),
        "provider_timeout": timedelta(seconds=0.5),
        "uncertain_age": timedelta(seconds=2),
        "suspect_claims": 1000,  # poison is another test's matter: here all die
    }
    # Tables straight from the models: the migrations alone would take longer than the test.
    settings.MIGRATION_MODULES = NoMigrations()
    django.setup()
    from core.events import spine  # noqa: PLC0415
    from orders.operations import process_notices  # noqa: PLC0415

    for module in (spine, process_notices):
        module.LEASE = timedelta(seconds=2)
        module.MAX_CLAIMS = 1000


set_up()

from django.core.management import call_command, execute_from_command_line  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402

from core.clock import real_now  # noqa: E402
from core.stores.scope import store_scope  # noqa: E402
from engagement.flows.operations.install_flows import install_flows  # noqa: E402
from orders.operations.connect_source import connect_source  # noqa: E402
from tests.factories.stores import StoreFactory  # noqa: E402


def only_so_many_pages(*, connection: Any, **_: Any) -> None:
    """The disk, where the test cannot mount a small one: the file says how many pages fit on it."""
    said = Path(os.environ["PAGES"])
    if said.exists():
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {int(said.read_text())}")


connection_created.connect(only_so_many_pages)


def create() -> dict[str, str]:
    """The schema, and a shop with a Shopify door; its path and secret."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    store = StoreFactory(slug="small", name="Small")
    with store_scope(store.pk):
        began = real_now() - timedelta(days=1)
        install_flows(store=store, now=began)
        made = connect_source(store=store, source="shopify", now=began)
    return {"path": "/" + made.url.split("/", 3)[3], "secret": made.secret}


def start(*args: str, var_dir: str = "") -> int:
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    settings.VAR_DIR = Path(var_dir) if var_dir else settings.VAR_DIR
    log = os.open(os.environ["RUNALL_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    code = 1
    try:
        execute_from_command_line(["manage.py", "runall", *args])
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


def ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def how_it_is_kept() -> list[Any]:
    with connection.cursor() as cursor:
        return [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]


def main() -> None:
    for line in sys.stdin:
        word, *rest = line.split()
        answer: Any
        match word:
            case "create":
                answer = create()
            case "start":
                answer = start(*rest)
            case "start_in":
                answer = start(*rest[1:], var_dir=rest[0])
            case "ended":
                answer = ended(int(rest[0]))
            case _:
                answer = how_it_is_kept()
        connections.close_all()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
