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
