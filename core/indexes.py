"""Indexes built and dropped while their table is in use. Their migration says ``atomic = False``."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations


class BuildIndex(AddIndexConcurrently):
    """`AddIndex` that makes nobody wait on PostgreSQL; elsewhere it is the plain one."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        _kind(schema_editor, AddIndexConcurrently, migrations.AddIndex).database_forwards(
            self, app_label, schema_editor, *states
        )

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        _kind(schema_editor, AddIndexConcurrently, migrations.AddIndex).database_backwards(
            self, app_label, schema_editor, *states
        )


class DropIndex(RemoveIndexConcurrently):
    """`RemoveIndex` that makes nobody wait on PostgreSQL; elsewhere it is the plain one."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        _kind(schema_editor, RemoveIndexConcurrently, migrations.RemoveIndex).database_forwards(
            self, app_label, schema_editor, *states
        )

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        _kind(schema_editor, RemoveIndexConcurrently, migrations.RemoveIndex).database_backwards(
            self, app_label, schema_editor, *states
        )


def _kind(schema_editor: Any, on_postgres: Any, plain: Any) -> Any:
    return on_postgres if schema_editor.connection.vendor == "postgresql" else plain


class DropKeyIndex(migrations.AlterField):
    """A foreign key without the index of its own, because another index begins with it.

    `field` says ``db_index=False`` and differs in nothing else. Makes nobody wait on PostgreSQL, and
    leaves SQLite's table as it is.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        table, column = self._key(app_label, states[0])
        name = schema_editor.quote_name(schema_editor._create_index_name(table, [column]))
        how = "CONCURRENTLY " if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP INDEX {how}IF EXISTS {name}")

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        table, column = self._key(app_label, states[0])
        name = schema_editor.quote_name(schema_editor._create_index_name(table, [column]))
        how = "CONCURRENTLY " if schema_editor.connection.vendor == "postgresql" else ""
        on = f"{schema_editor.quote_name(table)} ({schema_editor.quote_name(column)})"
        schema_editor.execute(f"CREATE INDEX {how}IF NOT EXISTS {name} ON {on}")

    def _key(self, app_label: str, state: Any) -> tuple[str, str]:
        meta = state.apps.get_model(app_label, self.model_name)._meta
        return meta.db_table, meta.get_field(self.name).column
