"""Between tests on SQLite every table is emptied with DELETE, which the ledger refuses."""

from typing import Any

from django.db import connection

from core.ledger.guards import guards, without_guards


def let_ledgers_be_emptied() -> None:
    """Take the guards down while the test database is emptied, and put them up again."""
    operations: Any = type(connection.ops)
    empty = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = empty(self, style, tables, **options)
        return [*without_guards("sqlite"), *statements, *guards("sqlite")]

    operations.sql_flush = sql_flush
