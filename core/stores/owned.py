"""`StoreOwned`: the base of every row that belongs to one store.

Reading is scoped by django-scopes. Writing is guarded here, which django-scopes leaves open: a row
may not be saved for another store than the one in scope, nor point to a row of another store.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django_scopes import ScopedManager

from core.stores.insert import insert_new
from core.stores.plain import save_known
from core.stores.scope import current_store_id


class WrongStore(Exception):
    """A write would mix two stores. Always a bug or an attack, never bad luck."""


class StoreQuerySet(models.QuerySet):
    """A queryset that guards what `save` cannot see."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        objs = list(objs)
        for row in objs:
            row.guard_store()
        return super().bulk_create(objs, *args, **kwargs)

    def insert_new(self, objs: Sequence[Any], *, key: Sequence[str] = ()) -> list[Any]:
        """`core.stores.insert.insert_new`, guarded: the rows that were new."""
        for row in objs:
            row.guard_store()
        return insert_new(objs, key=key) if objs else []

    def update(self, **kwargs: Any) -> int:
        if "store" in kwargs or "store_id" in kwargs:
            raise WrongStore("A row never changes its store.")
        return super().update(**kwargs)


def store_manager(queryset: type[StoreQuerySet] = StoreQuerySet) -> Any:
    """The scoped manager over `queryset`; call it as ``objects = store_manager(OrderQuerySet)``."""
    return ScopedManager(store="store_id", _manager_class=models.Manager.from_queryset(queryset))


class StoreOwned(models.Model):
    """A row of one store."""

    store = models.ForeignKey("stores.Store", on_delete=models.PROTECT, related_name="+")

    objects = store_manager()

    class Meta:
        abstract = True

    def guard_store(self) -> None:
        """Raise `WrongStore` if this row, or a loaded row that it points to, is another store's."""
        scoped_to = current_store_id()
        if scoped_to is not None and self.store_id != scoped_to:
            raise WrongStore(
                f"{type(self).__name__} of store {self.store_id} written while working for "
                f"store {scoped_to}."
            )
        for other in self._state.fields_cache.values():
            if isinstance(other, StoreOwned) and other.store_id != self.store_id:
                raise WrongStore(
                    f"{type(self).__name__} of store {self.store_id} would point to "
                    f"{type(other).__name__} of store {other.store_id}."
                )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.guard_store()
        simple = not args and kwargs.keys() <= {"update_fields"}
        if not (simple and save_known(self, only=kwargs.get("update_fields"))):
            super().save(*args, **kwargs)


class StoreLed(StoreOwned):
    """A row of one store, in a table that is written much and has an index that begins with the store:
    the key's own would be a second one, paid for with every row."""

    store = models.ForeignKey(
        "stores.Store", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
