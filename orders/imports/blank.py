"""New rows without the long way through every column's default."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import NOT_PROVIDED, Model
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=Model)
PUBLIC_ID = "public_id"


def blank(model: type[Row]) -> Row:
    """`model()`, which walks through all columns for their defaults; here only the first does.

    Its public id is made when it is inserted (`tables.insert_rows`), with those of all others.
    """
    row = model.__new__(model)
    plain, made = _defaults(model)
    row.__dict__.update(plain)
    for name, make in made:
        row.__dict__[name] = make()
    row._state = ModelState()
    return row


@lru_cache(maxsize=64)
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What every row begins with, and what each needs anew, such as its own lists."""
    fields: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
    made = [
        (name, field.default)
        for name, field in fields.items()
        if field.default is not NOT_PROVIDED and callable(field.default) and name != PUBLIC_ID
    ]
    left_out = {"_state", *(name for name, _ in made)}
    plain = {name: value for name, value in vars(model()).items() if name not in left_out}
    return plain | ({PUBLIC_ID: None} if PUBLIC_ID in fields else {}), made
