"""Rows by the million: INSERT … SELECT FROM generate_series, with indexes made afterwards."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models import NOT_PROVIDED


def fill(model: Any, *, rows: int, columns: Mapping[str, str], where: str = "") -> None:
    """Insert `rows` rows whose number is `n`; `columns` are SQL expressions by field name.

    Fields not named get their model's default, so that the seed outlives new columns.
    """
    given = {model._meta.get_field(name).column: sql for name, sql in columns.items()}
    wanted = {
        field.column: given.get(field.column) or _default(field)
        for field in model._meta.concrete_fields
        if field.column in given or not field.primary_key
    }
    names = ", ".join(f'"{name}"' for name in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) '
            f"SELECT {', '.join(wanted.values())} FROM generate_series(1::bigint, {rows}) AS n {where}"
        )


def _default(field: Any) -> str:
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if field.default is NOT_PROVIDED:
        return "NULL" if field.null else "''"
    value = field.get_default()
    if isinstance(field, models.JSONField):
        return f"'{json.dumps(value)}'::jsonb"
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, str | uuid.UUID):
        return f"'{value}'"
    return "NULL"


@contextmanager
def without_indexes(*tables: Any) -> Iterator[None]:
    """Drop the plain indexes of `tables` and make them again afterwards; no foreign key is checked."""
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
               FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
               WHERE i.indrelid = ANY(%s::regclass[]) AND c.oid IS NULL AND NOT i.indisunique""",
            [names],
        )
        kept = cursor.fetchall()
        for name, _ in kept:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in kept:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
        for name in names:
            cursor.execute(f'VACUUM ANALYZE "{name}"')
