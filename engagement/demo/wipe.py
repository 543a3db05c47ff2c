"""Take a demo shop away again, with everything in it."""

from django.apps import apps
from django.db import connection, transaction

from core.ledger.guards import guards, without_guards
from core.stores.models import Store
from core.stores.scope import every_store


class NotADemoShop(Exception):
    """The store is a real one, whatever its name; it is left alone."""


def wipe_shop(*, store: Store) -> None:
    """Delete every row of a demo `store`. Raises `NotADemoShop`.

    Rows go table by table, past the guards that keep a real shop's history; foreign keys are checked
    by the database when it is all done.
    """
    if not store.is_demo:
        raise NotADemoShop(
            f"“{store.slug}” is not a demo shop. Nothing was deleted; demo shops are made by "
            "manage.py demo only."
        )
    with transaction.atomic(), every_store():
        _execute(without_guards(connection.vendor))
        for model in apps.get_models():
            if any(field.name == "store" for field in model._meta.concrete_fields):
                rows = model._base_manager.filter(store_id=store.pk)
                rows._raw_delete(using=rows.db)
        Store.objects.filter(pk=store.pk)._raw_delete(using="default")
        _execute(guards(connection.vendor))


def _execute(statements: list[str]) -> None:
    """Within the transaction: nobody else ever sees the ledger without its guards."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
