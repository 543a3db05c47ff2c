"""Many rows at once: COPY on PostgreSQL, `bulk_create` elsewhere. The caller's scope is one store's."""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Model

from core.stores.scope import current_store_id

SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
NULL = "\\N"
UPDATE_AT_ONCE = 1_000


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert instances of one model, none of which is in the table; their keys are filled in.

    A row that a rival brought in between raises IntegrityError, and the batch is taken again.
    """
    if not rows:
        return
    model = type(rows[0])
    for row in rows:
        row.guard_store()  # type: ignore[attr-defined]
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows)
        return
    for row, pk in zip(rows, _next_keys(model, len(rows)), strict=True):
        row.pk = pk
    names = [column.attname for column in model._meta.concrete_fields]
    _copy(model, names, ([getattr(row, name) for name in names] for row in rows))
    for row in rows:
        row._state.adding = False
        row._state.db = "default"


def insert_values(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of plain values, without making objects of them where COPY is at hand.

    `names` are column attributes and hold ``store_id`` first; keys are the database's own.
    """
    if not rows:
        return
    if names[0] != "store_id" or {row[0] for row in rows} != {current_store_id()}:
        raise ValueError("Rows of another store than the one in scope.")
    if connection.vendor == "postgresql":
        _copy(model, names, rows)
    else:
        model._default_manager.bulk_create(
            [model(**dict(zip(names, row, strict=True))) for row in rows]
        )


def update_column(model: type[Model], name: str, values: Mapping[int, Any]) -> None:
    """Set one column of many rows, each to its own value."""
    if not values:
        return
    column: Any = model._meta.get_field(name)
    table, quoted = model._meta.db_table, connection.ops.quote_name(column.column)
    pairs = [
        (column.get_db_prep_save(value, connection), pk) for pk, value in sorted(values.items())
    ]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(f"UPDATE {table} SET {quoted} = %s WHERE id = %s", pairs)  # noqa: S608
            return
        kind = column.db_type(connection)
        for start in range(0, len(pairs), UPDATE_AT_ONCE):
            part = pairs[start : start + UPDATE_AT_ONCE]
            cursor.execute(
                f"UPDATE {table} SET {quoted} = told.value FROM (VALUES "  # noqa: S608
                + ", ".join([f"(%s::{kind}, %s::bigint)"] * len(part))
                + f") AS told(value, id) WHERE {table}.id = told.id",
                [cell for pair in part for cell in pair],
            )


def learn_sizes(models_: Sequence[type[Model]]) -> None:
    """Tell PostgreSQL how large tables have become: a history that fills empty tables outruns its
    own statistics, and every later statement would be planned for no rows at all."""
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(model._meta.db_table for model in models_)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _next_keys(model: type[Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _copy(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    fields: dict[str, Any] = {column.attname: column for column in model._meta.concrete_fields}
    writers = [_writer_of(fields[name]) for name in names]
    lines = []
    for row in rows:
        cells = [
            NULL if value is None else write(value)
            for write, value in zip(writers, row, strict=True)
        ]
        lines.append("\t".join(cells))
    lines.append("")
    columns = ", ".join(connection.ops.quote_name(fields[name].column) for name in names)
    statement = f"COPY {model._meta.db_table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, io.StringIO("\n".join(lines)))


def _writer_of(column: models.Field) -> Callable[[Any], str]:
    if isinstance(column, models.JSONField):
        return _json
    if isinstance(column, models.CharField | models.TextField):
        return _text
    if isinstance(column, models.DateTimeField):
        return datetime.isoformat
    return str


def _text(value: str) -> str:
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], value) if SPECIAL.search(value) else value


def _json(value: Any) -> str:
    return _text(json.dumps(value))
