"""Rows read and saved by statements whose text is built once.

Django builds each query anew, which costs several times what the database needs to answer one that
finds a row by its key. For the paths that every event walks; anywhere else a queryset says it better.
PostgreSQL keeps their plans (`core/prepared.py`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import signals
from django_scopes.exceptions import ScopeError

from core.prepared import Prepared
from core.stores.scope import current_store_id

Row = TypeVar("Row", bound=models.Model)
Converter = Callable[..., Any]


def read(
    model: type[Row], where: str, *values: Any, order: str = "", lock: bool = False
) -> list[Row]:
    """Rows of `model` for which `where` holds, all columns filled, in `order` (column names).

    `where` names columns and has a ``%s`` for each of `values`; a list is for ``column = ANY(%s)``.
    A store's table is read for the store in scope alone; raises `ScopeError` where there is none.
    `lock` keeps the rows from being changed until the transaction ends (SQLite has one writer).
    """
    meta: Any = model._meta
    if any(field.name == "store" for field in meta.concrete_fields):
        where, values = f"store_id = %s AND {where}", (_store_id(model), *values)
    columns = ", ".join(connection.ops.quote_name(one.column) for one in meta.concrete_fields)
    text = (
        f"SELECT {columns} FROM {connection.ops.quote_name(meta.db_table)} WHERE {where}"  # noqa: S608
        f"{f' ORDER BY {order}' if order else ''}{for_update() if lock else ''}"
    )
    names, converters = _shape(model, connection.vendor)
    found = []
    for values_of_row in fetch(text, *values):
        cells = list(values_of_row)
        for place, expression, convert in converters:
            for one in convert:
                cells[place] = one(cells[place], expression, connection)
        found.append(model.from_db(connection.alias, names, cells))
    return found


def for_update() -> str:
    """What locks the rows of a SELECT until the transaction ends; SQLite has one writer anyway."""
    return " FOR UPDATE" if connection.features.has_select_for_update else ""


def fetch(text: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the statement `text` answers: a ``%s`` for each of `values`, a list for ``= ANY(%s)``."""
    with connection.cursor() as cursor:
        cursor.execute(*_call(text, values))
        return cursor.fetchall()


def change(text: str, *values: Any) -> int:
    """How many rows the UPDATE or DELETE `text` met; as `fetch` otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(*_call(text, values))
        return cursor.rowcount


def save_known(row: models.Model, *, only: Sequence[str] | None = None) -> bool:
    """UPDATE a row that was read before, as ``save(update_fields=only)`` does; whether it is done.

    False for what only Django can do: a row that is new or gone, expressions, listeners.
    """
    meta: Any = row._meta
    if row._state.adding or row.pk is None or row.get_deferred_fields() or only == []:
        return False
    if any(signal.has_listeners(type(row)) for signal in (signals.pre_save, signals.post_save)):
        return False
    row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
    fields = _fields(type(row), tuple(only) if only is not None else None)
    values = [field.pre_save(row, False) for field in fields]
    if any(hasattr(value, "resolve_expression") for value in values):
        return False
    sets = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    text = (
        f"UPDATE {connection.ops.quote_name(meta.db_table)} SET {sets} "  # noqa: S608
        f"WHERE {connection.ops.quote_name(meta.pk.column)} = %s"
    )
    stored = [
        field.get_db_prep_save(value, connection=connection)
        for field, value in zip(fields, values, strict=True)
    ]
    return change(text, *stored, row.pk) == 1


def _store_id(model: type[models.Model]) -> int:
    store_id = current_store_id()
    if store_id is None:
        raise ScopeError(f"{model.__name__} is read for one store; name it with store_scope().")
    return store_id


@lru_cache(maxsize=256)
def _fields(model: type[models.Model], only: tuple[str, ...] | None) -> list[Any]:
    meta: Any = model._meta
    if only is None:
        return [field for field in meta.concrete_fields if not field.primary_key]
    return [meta.get_field(name) for name in only]


@lru_cache(maxsize=256)
def _shape(
    model: type[models.Model], vendor: str
) -> tuple[list[str], list[tuple[int, Any, list[Converter]]]]:
    """Attribute names in the order of the columns, and what turns a cell into its value."""
    meta: Any = model._meta
    converters = []
    for place, field in enumerate(meta.concrete_fields):
        column = field.cached_col
        its = connection.ops.get_db_converters(column) + column.get_db_converters(connection)
        if its:
            converters.append((place, column, its))
    return [field.attname for field in meta.concrete_fields], converters


def _call(text: str, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    if connection.vendor == "postgresql":
        prepared = _prepared(text)
        return prepared.call(**dict(zip(prepared.types, values, strict=True)))
    flat: list[Any] = []
    places = []
    for given in values:
        value = (
            connection.ops.adapt_datetimefield_value(given)
            if isinstance(given, datetime)
            else given
        )
        several = list(value) if isinstance(value, list) else None
        flat += [value] if several is None else several
        places.append("%s" if several is None else f"IN ({', '.join(['%s'] * len(several))})")
    return text.replace("= ANY(%s)", "%s").replace("%s", "{}").format(*places), flat


@lru_cache(maxsize=1024)
def _prepared(text: str) -> Prepared:
    """PostgreSQL finds the types of the parameters by what they are compared with."""
    parts = text.split("%s")
    types = {f"value_{number}": "unknown" for number in range(1, len(parts))}
    holes = [f"{{{name}}}" for name in types]
    joined = "".join(a + b for a, b in zip(parts, [*holes, ""], strict=True))
    return Prepared(text=joined, types=types)
