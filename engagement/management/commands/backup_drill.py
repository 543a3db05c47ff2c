"""A backup that was never restored is a hope. This one is: made, restored beside, compared."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg2 import sql
from rich.console import Console
from rich.table import Table

from core.ids import new_public_id

Content = dict[str, tuple[int, str]]  # table: rows, and a sum over their content


class Command(BaseCommand):
    help = (
        "Back the database up, restore the backup into a database beside it, compare every table's "
        "rows and content, and throw the copy away. Safe while shops are served."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--keep", type=Path, help="Keep the backup as this file.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises `CommandError` when the copy differs, or when it could not be made."""
        keep: Path | None = options["keep"]
        if keep is not None and keep.exists():
            raise CommandError(f"{keep} is there already; it was left as it is.")
        drill = _on_postgres if connection.vendor == "postgresql" else _on_sqlite
        with tempfile.TemporaryDirectory() as folder:
            backup = Path(folder) / "backup"
            started = time.monotonic()
            before, after = drill(backup)
            seconds = time.monotonic() - started
            size = backup.stat().st_size
            if keep is not None:
                shutil.move(backup, keep)
        wrong = sorted(t for t in before.keys() | after.keys() if before.get(t) != after.get(t))
        self._show(before, after, wrong)
        if wrong:
            raise CommandError(f"The restored copy differs in: {', '.join(wrong)}.")
        rows = sum(count for count, _ in before.values())
        self.stdout.write(
            f"{len(before)} tables with {rows:,} rows came back as they were. Backup of "
            f"{size / 1e6:,.1f} MB, {seconds:.0f} s with restoring and comparing."
        )

    def _show(self, before: Content, after: Content, wrong: list[str]) -> None:
        table = Table("Table", "Rows", "Restored", "Content")
        for name in sorted(before.keys() | after.keys()):
            counts = [
                str(content[name][0]) if name in content else "–" for content in (before, after)
            ]
            table.add_row(name, *counts, "differs" if name in wrong else "equal")
        Console(file=self.stdout).print(table)  # type: ignore[arg-type]


# --- PostgreSQL -----------------------------------------------------------------------------------


def _on_postgres(backup: Path) -> tuple[Content, Content]:
    source = connection.get_connection_params()
    with closing(psycopg2.connect(**{**source, "options": "-c statement_timeout=0"})) as session:
        # The counts and pg_dump see one and the same moment, whatever is written meanwhile.
        session.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            before = _content_of_postgres(cursor)
            _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={backup}")
    with _database_beside(source) as name:
        _run("pg_restore", "--jobs=2", "--no-owner", f"--dbname={name}", str(backup), database=name)
        copy = psycopg2.connect(**{**source, "dbname": name, "options": ""})
        with closing(copy), copy.cursor() as cursor:
            return before, _content_of_postgres(cursor)


def _content_of_postgres(cursor: Any) -> Content:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    content: Content = {}
    for (table,) in cursor.fetchall():
        cursor.execute(
            sql.SQL("SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {} t").format(
                sql.Identifier(table)
            )
        )
        rows, total = cursor.fetchone()
        content[table] = (rows, str(total))
    return content


@contextmanager
def _database_beside(source: dict[str, Any]) -> Iterator[str]:
    """An empty database on the same server, dropped afterwards whatever happens."""
    name = f"{source['dbname']}_drill_{new_public_id().hex[:8]}"
    server = psycopg2.connect(**{**source, "dbname": "postgres", "options": ""})
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
    except psycopg2.errors.InsufficientPrivilege as error:
        raise CommandError(
            "The database user may not create databases, so nothing could be restored beside. "
            "Run the drill as one who may (ALTER ROLE … CREATEDB)."
        ) from error
    finally:
        with server.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.close()


def _run(program: str, *arguments: str, database: str = "") -> None:
    """Run a PostgreSQL program against our server. Passwords go by environment, not by argument."""
    if not shutil.which(program):
        raise CommandError(f"{program} is not installed (Debian: postgresql-client).")
    source = connection.get_connection_params()
    environment = {
        **os.environ,
        "PGHOST": str(source.get("host") or ""),
        "PGPORT": str(source.get("port") or ""),
        "PGUSER": str(source.get("user") or ""),
        "PGPASSWORD": str(source.get("password") or ""),
        "PGDATABASE": database or source["dbname"],
    }
    set_here = {key: value for key, value in environment.items() if value or key[:2] != "PG"}
    done = subprocess.run(  # noqa: S603 - our own words only
        [program, *arguments], env=set_here, capture_output=True, text=True
    )
    if done.returncode:
        raise CommandError(f"{program} failed; nothing was changed. It said: {done.stderr.strip()}")


# --- SQLite ---------------------------------------------------------------------------------------


def _on_sqlite(backup: Path) -> tuple[Content, Content]:
    path = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
        source.execute("BEGIN")  # one moment for counts and copy
        before = _content_of_sqlite(source)
        with closing(sqlite3.connect(backup)) as copy:
            source.backup(copy)
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise CommandError(f"The copy is damaged: {found}")
            return before, _content_of_sqlite(copy)


def _content_of_sqlite(database: sqlite3.Connection) -> Content:
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    content: Content = {}
    for (table,) in names.fetchall():
        rows, total = 0, 0
        for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - names of our tables
            rows, total = rows + 1, total ^ hash(row)
        content[table] = (rows, str(total))
    return content
