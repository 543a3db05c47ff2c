"""Many rows at once: COPY on PostgreSQL, `bulk_create` elsewhere. The caller's scope is one store's."""

import csv
import io
import json
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Model

from core.ids import new_public_ids
from core.stores.scope import current_store_id
from orders.imports.blank import PUBLIC_ID

# What stands for no value in COPY's CSV: nobody can know it, so that no text can be taken for it.
NULL = secrets.token_hex(6)
COPY_AT_ONCE = 1 << 20  # bytes; psycopg2 would ask for 8 KB at a time
LENGTH = re.compile(r"\(.*\)")


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert instances of one model, none of which is in the table; their keys are filled in.

    A row that a rival brought in between raises IntegrityError, and the batch is taken again.
    """
    if not rows:
        return
    model = type(rows[0])
    for row in rows:
        row.guard_store()  # type: ignore[attr-defined]
    _give_public_ids([row for row in rows if vars(row).get(PUBLIC_ID, row) is None])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows)
        return
    for row, pk in zip(rows, _next_keys(model, len(rows)), strict=True):
        row.pk = pk
    names = [column.attname for column in model._meta.concrete_fields]
    _copy(model, names, map(attrgetter(*names), rows))
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


def copy_text(model: type[Model], names: Sequence[str], rows: Sequence[str]) -> None:
    """Insert rows written by `csv_cells`, on PostgreSQL. The caller vouches for their store."""
    if rows:
        _copy_from(model, names, "\r\n".join(rows))


def csv_cells(cells: Iterable[Any]) -> str:
    """Cells of a row as COPY reads them, without the end of the line."""
    out = io.StringIO()
    csv.writer(out).writerow([NULL if cell is None else cell for cell in cells])
    return out.getvalue()[:-2]


def update_column(model: type[Model], name: str, values: Mapping[int, Any]) -> None:
    """Set one column of many rows, each to its own value."""
    _update(model, [name], [(pk, value) for pk, value in sorted(values.items())])


def update_rows(rows: Sequence[Model], names: Collection[str]) -> None:
    """Write these columns (attributes) of instances of one model, all of them in the table.

    One statement whatever their number. The caller holds the rows, or knows that no rival writes.
    """
    if not rows or not names:
        return
    for row in rows:
        row.guard_store()  # type: ignore[attr-defined]
    ordered = sorted(names)
    _update(
        type(rows[0]),
        ordered,
        [(row.pk, *(getattr(row, name) for name in ordered)) for row in rows],
    )


class Growth:
    """Tells PostgreSQL how large tables have become, after 1, 4, 16, 64 … batches: a history that fills
    empty tables outruns its own statistics, and every later statement would be planned for no rows.

    A tenth of the usual sample will do for that, and takes a tenth of the time.
    """

    def __init__(self, *models_: type[Model]) -> None:
        self._tables = ", ".join(model._meta.db_table for model in models_)
        self._batches, self._next = 0, 1

    def batch_stands(self) -> None:
        self._batches += 1
        if connection.vendor == "postgresql" and self._batches == self._next:
            self._next *= 4
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL default_statistics_target = 10")
                cursor.execute(f"ANALYZE {self._tables}")


def missing_keys(model: type[Model], keys: Collection[int]) -> set[int]:
    """Which of `keys` name no row any more."""
    if connection.vendor != "postgresql":
        held = model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
        return set(keys) - set(held)
    with connection.cursor() as cursor:  # an array: Django would look at each of the keys
        cursor.execute(
            f"SELECT told.id FROM unnest(%s::bigint[]) AS told(id) WHERE NOT EXISTS "  # noqa: S608
            f"(SELECT FROM {model._meta.db_table} AS held WHERE held.id = told.id)",
            [list(keys)],
        )
        return {row[0] for row in cursor.fetchall()}


def _give_public_ids(rows: Sequence[Model]) -> None:
    """Drawn together: each time that randomness is asked for, the reading thread takes over."""
    for row, public_id in zip(rows, new_public_ids(len(rows)), strict=True):
        row.public_id = public_id  # type: ignore[attr-defined]


def _next_keys(model: type[Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _update(model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set columns by `rows` of key and values: one statement, whose text does not grow with them."""
    if not rows:
        return
    fields = _fields(model)
    columns: list[Any] = [fields[name] for name in names]
    quoted = [connection.ops.quote_name(column.column) for column in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    cells = [
        [column.get_db_prep_save(value, connection) for value in values]
        for column, values in zip(columns, list(zip(*rows, strict=True))[1:], strict=True)
    ]
    keys = [row[0] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            set_to = ", ".join(f"{name} = %s" for name in quoted)
            cursor.executemany(
                f"UPDATE {table} SET {set_to} WHERE id = %s",  # noqa: S608 (names of our own columns)
                list(zip(*cells, keys, strict=True)),
            )
            return
        # Without its length a text that is too long is refused, as in any INSERT; with it, it is cut.
        kinds = [LENGTH.sub("", column.db_type(connection)) for column in columns]
        told = ", ".join(["%s::bigint[]", *(f"%s::{kind}[]" for kind in kinds)])
        set_to = ", ".join(f"{name} = told.{name}" for name in quoted)
        cursor.execute(
            f"UPDATE {table} SET {set_to} FROM unnest({told}) "  # noqa: S608 (names of our own columns)
            f"AS told(id, {', '.join(quoted)}) WHERE {table}.id = told.id",
            [keys, *cells],
        )


def _fields(model: type[Model]) -> dict[str, Any]:
    return {column.attname: column for column in model._meta.concrete_fields}


def _copy(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """As CSV, since its writer is C and knows how numbers, times and texts are written."""
    fields = _fields(model)
    json_at = [at for at, name in enumerate(names) if isinstance(fields[name], models.JSONField)]
    out = io.StringIO()
    # Its rows end in CR LF, so that a text with either of them is quoted.
    csv.writer(out).writerows(_cells(rows, json_at))
    _copy_from(model, names, out.getvalue())


def _copy_from(model: type[Model], names: Sequence[str], text: str) -> None:
    fields = _fields(model)
    columns = ", ".join(connection.ops.quote_name(fields[name].column) for name in names)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {model._meta.db_table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')",
            io.BytesIO(text.encode()),
            COPY_AT_ONCE,
        )


def _cells(rows: Iterable[Sequence[Any]], json_at: Sequence[int]) -> Iterator[list[Any]]:
    for row in rows:
        cells = [NULL if cell is None else cell for cell in row]
        for at in json_at:
            if row[at] is not None:
                cells[at] = _json(row[at])
        yield cells


def _json(value: Any) -> str:
    if not value and isinstance(value, dict | list):  # most rows have no discounts, tags …
        return "{}" if isinstance(value, dict) else "[]"
    return json.dumps(value)
