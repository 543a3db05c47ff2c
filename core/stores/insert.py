"""INSERT … ON CONFLICT DO NOTHING RETURNING: the database decides between rivals, in one statement.

Django's `get_or_create` asks first, then inserts under a savepoint: four statements where one will
do. Its `bulk_create(ignore_conflicts=True)` does not say which rows were new.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

from core.stores.plain import fetch

Row = TypeVar("Row", bound=models.Model)
ROWS_A_STATEMENT = 500
ROWS_OF_A_KEPT_PLAN = 3  # more would be a plan for each number of rows


def insert_new(rows: Sequence[Row], *, key: Sequence[str] = ()) -> list[Row]:
    """Insert those of `rows` (all of one model) that no unique key forbids; these, ids filled in.

    `key` names text or integer columns that tell the rows apart; a single row needs none. A row
    that was there before, or that a rival commits first, is left as it stands. One statement for
    each 500 rows.
    """
    if len(rows) > 1 and not key:
        raise ValueError("Several rows need a key to know them again by.")
    new: list[Row] = []
    queue = iter(rows)
    while batch := list(islice(queue, ROWS_A_STATEMENT)):
        new += _insert(batch, key=key)
    return new


def _insert(rows: Sequence[Row], *, key: Sequence[str]) -> list[Row]:
    meta: Any = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    values: list[Any] = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection=connection)
        for row in rows
        for field in fields
    ]
    text = _statement(type(rows[0]), key=tuple(key), rows=len(rows))
    ids = {tuple(found[1:]): found[0] for found in _told(text, values, rows=len(rows))}
    new = []
    for row in rows:
        pk = ids.pop(tuple(getattr(row, meta.get_field(one).attname) for one in key), None)
        if pk is not None:
            row.pk = pk
            row._state.adding = False
            row._state.db = connection.alias
            new.append(row)
    return new


def _told(text: str, values: Sequence[Any], *, rows: int) -> list[tuple[Any, ...]]:
    """What the statement returns; few rows by a plan that is kept, many by one that is not."""
    if rows <= ROWS_OF_A_KEPT_PLAN:
        return fetch(text, *values)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], *, key: tuple[str, ...], rows: int) -> str:
    meta: Any = model._meta
    name = connection.ops.quote_name
    columns = [name(field.column) for field in meta.concrete_fields if not field.primary_key]
    told = ", ".join(name(meta.get_field(one).column) for one in (meta.pk.attname, *key))
    row_of = f"({', '.join(['%s'] * len(columns))})"
    return (
        f"INSERT INTO {name(meta.db_table)} ({', '.join(columns)}) "  # noqa: S608 (our own names)
        f"VALUES {', '.join([row_of] * rows)} ON CONFLICT DO NOTHING RETURNING {told}"
    )
