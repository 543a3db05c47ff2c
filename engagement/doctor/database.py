"""The database: reachable, migrated, fit for the job."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from engagement.doctor.finding import Finding


def examine(*, now: datetime) -> list[Finding]:
    """Reach it, compare its schema, name its kind."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    findings = [
        Finding("fail", "database", f"{len(waiting)} migrations are waiting.", "manage.py migrate")
        if waiting
        else Finding("ok", "database", f"{connection.vendor}, schema up to date.")
    ]
    if settings.ON_SQLITE and settings.PRODUCTION:
        findings.append(
            Finding(
                "warn",
                "database",
                "SQLite serves one process on one machine.",
                "Set DATABASE_URL to PostgreSQL before you start a second process.",
            )
        )
    return findings
