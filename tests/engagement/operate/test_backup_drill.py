"""The backup is restored beside and compared; what would be lost is found before it is needed."""

import io
import shutil
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from engagement.management.commands import backup_drill
from tests.factories.orders import OrderFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(store, tmp_path, monkeypatch):
    """A store with orders; on SQLite in a file, since the suite's own database is in memory."""
    for _ in range(3):
        OrderFactory(store=store)
    if connection.vendor == "sqlite":
        path = tmp_path / "shop.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    return store


def drill(**options) -> str:
    said = io.StringIO()
    call_command("backup_drill", stdout=said, **options)
    return said.getvalue()


def databases() -> set[str]:
    if connection.vendor == "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def test_everything_comes_back_and_nothing_is_left_behind(shop, tmp_path):
    before = databases()
    kept = tmp_path / "kept.dump"
    said = drill(keep=kept)
    assert "came back as they were" in said
    assert "orders_order " in said
    assert "differs" not in said
    assert kept.stat().st_size > 10_000
    assert databases() == before


def test_a_backup_that_is_there_is_not_written_over(shop, tmp_path):
    kept = tmp_path / "kept.dump"
    kept.write_text("yesterday's")
    with pytest.raises(CommandError, match="left as it is"):
        drill(keep=kept)
    assert kept.read_text() == "yesterday's"


@pytest.mark.postgres
def test_a_row_that_does_not_come_back_is_named(shop, monkeypatch):
    before = databases()
    real = subprocess.run

    def forgetful(command, **options):
        """pg_restore, after which somebody's order is gone."""
        done = real(command, **options)
        if command[0] == "pg_restore":
            name = options["env"]["PGDATABASE"]
            sql = (
                "UPDATE orders_order SET number = 'x' WHERE id = (SELECT min(id) FROM orders_order)"
            )
            real(["psql", "-c", sql, name], env=options["env"], check=True, capture_output=True)
        return done

    monkeypatch.setattr(backup_drill.subprocess, "run", forgetful)
    with pytest.raises(CommandError, match=r"differs in: orders_order\."):
        drill()
    assert databases() == before


@pytest.mark.postgres
def test_a_missing_program_is_said(shop, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(CommandError, match="pg_dump is not installed"):
        drill()
