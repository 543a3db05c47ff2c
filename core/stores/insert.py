"""INSERT … ON CONFLICT DO NOTHING RETURNING: the database decides between rivals, in one statement.

Django's `get_or_create` asks first, then inserts under a savepoint: four statements where one will
do. Its `bulk_create(ignore_conflicts=True)` does not say which rows were new.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
ROWS_A_STATEMENT = 500


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
    name = connection.ops.quote_name
    columns = ", ".join(name(field.column) for field in fields)
    told = ", ".join(name(meta.get_field(one).column) for one in (meta.pk.attname, *key))
    row_of = f"({', '.join(['%s'] * len(fields))})"
    values: list[Any] = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection=connection)
        for row in rows
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name(meta.db_table)} ({columns}) "  # noqa: S608 (names of our own columns)
            f"VALUES {', '.join([row_of] * len(rows))} ON CONFLICT DO NOTHING RETURNING {told}",
            values,
        )
        ids = {tuple(found[1:]): found[0] for found in cursor.fetchall()}
    new = []
    for row in rows:
        pk = ids.pop(tuple(getattr(row, meta.get_field(one).attname) for one in key), None)
        if pk is not None:
            row.pk = pk
            row._state.adding = False
            row._state.db = connection.alias
            new.append(row)
    return new
