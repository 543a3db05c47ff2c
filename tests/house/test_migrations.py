"""Upgrading without downtime: what a migration may do while the earlier release still runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.house.tree import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
RELEASED = ROOT / "docs" / "released-migrations.txt"


def lint(released: Path) -> subprocess.CompletedProcess[str]:
    """`bin/lint_migrations`, on the database that the tests made."""
    found = connection.settings_dict
    address = f"{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"
    who = f"{found['USER']}:{found['PASSWORD']}".strip(":")
    return subprocess.run(
        [sys.executable, ROOT / "bin" / "lint_migrations", released],
        env={**os.environ, "DATABASE_URL": f"postgres://{who}@{address}"},
        capture_output=True,
        text=True,
    )


def test_no_migration_since_the_release_locks_or_breaks_what_runs():
    done = lint(RELEASED)
    assert done.returncode == 0, done.stdout


def test_the_linter_bites(tmp_path):
    """An index built in place, and a column that the earlier release cannot fill."""
    bold = "orders/migrations/0005_products_know_their_handle.py"
    earlier = tmp_path / "released.txt"
    earlier.write_text(RELEASED.read_text(encoding="utf-8").replace(bold, ""), encoding="utf-8")
    done = lint(earlier)
    assert done.returncode == 1
    assert "CREATE INDEX locks table" in done.stdout
    assert "NOT NULL constraint on columns" in done.stdout
