"""All that a store's orders left in the tables, with keys replaced by names, to be compared."""

from itertools import zip_longest
from typing import Any

from core.events.models import EventRow, PendingReaction
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.preferences.models import Consent
from orders.models import (
    Adjustment,
    Category,
    Customer,
    CustomerAddress,
    CustomerSourceId,
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderDocument,
    OrderLine,
    Product,
    Refund,
    TrackingEvent,
    Variant,
)

MODELS = (
    Category, Customer, CustomerSourceId, CustomerAddress, Product, Variant, Order, OrderLine, Fulfillment,
    FulfillmentLine, TrackingEvent, Refund, Adjustment, OrderDocument, Consent, EventRow,
    PendingReaction,
)  # fmt: skip
# Keys are each store's own, and a reaction is due by the machine's clock.
LEFT_OUT = {"id", "store_id", "public_id", "notice_id", "due_at"}
NAMED = {
    "category": Category,
    "customer": Customer,
    "order": Order,
    "order_line": OrderLine,
    "product": Product,
    "variant": Variant,
    "fulfillment": Fulfillment,
    "refund": Refund,
    "document": OrderDocument,
    "event": EventRow,
}
ALIKE = {"merged_customer": "customer", "merged_into": "customer", "kept": "customer"}

Names = dict[str, dict[int, str]]


def rows_of(store: Store, *, but: frozenset[str] = frozenset()) -> dict[str, list[dict[str, Any]]]:
    """Every row of the store in an order of its own, without the columns `but`."""
    with store_scope(store.pk):
        names: Names = {}
        for kind, model in NAMED.items():
            names[kind] = {row.pk: _name(row, names) for row in model.objects.order_by("pk")}
        return {
            model.__name__: sorted(
                (
                    {
                        column.attname: _told(row, column.attname, names)
                        for column in model._meta.concrete_fields
                        if column.attname not in LEFT_OUT | but
                    }
                    for row in model.objects.all()
                ),
                key=repr,
            )
            for model in MODELS
        }


def assert_equal_rows(found: dict[str, list[Any]], expected: dict[str, list[Any]]) -> None:
    """Fail with the columns that differ."""
    for name, rows in expected.items():
        pairs = zip_longest(found[name], rows)
        differing = [differences(*pair) for pair in pairs if pair[0] != pair[1]]
        assert not differing, name


def differences(one: Any, other: Any) -> Any:
    """Only the columns that differ, to be read when a test fails."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: (one[key], other[key]) for key in one if one[key] != other[key]}
    return one, other


def _name(row: Any, names: Names) -> str:
    """What a row is called in every store."""
    if isinstance(row, Customer):
        ids = sorted(one.external_id for one in row.source_ids.all())
        return f"customer {ids} {row.email}"
    if isinstance(row, Category):
        return row.name
    if isinstance(row, EventRow):
        return f"{row.name} {_key(row, names)}"
    of_order = f"{names['order'][row.order_id]}/" if hasattr(row, "order_id") else ""
    known_by = row.external_id or getattr(row, "url", "")
    return f"{of_order}{type(row).__name__} {known_by}"


def _told(row: Any, column: str, names: Names) -> Any:
    value = getattr(row, column)
    if isinstance(row, EventRow):
        if column == "payload":
            return {key: _call(key, told, names) for key, told in value.items()}
        if column == "subject":
            return _subject(row, names)
        if column == "key":
            return _key(row, names)
    return _call(column, value, names)


def _call(column: str, value: Any, names: Names) -> Any:
    kind = column.removesuffix("_id")
    called = names.get(ALIKE.get(kind, kind)) if column.endswith("_id") else None
    return called.get(value, value and "other") if called is not None else value


def _subject(row: EventRow, names: Names) -> str:
    kind, _, pk = row.subject.partition(":")
    return names[kind][int(pk)]


def _key(row: EventRow, names: Names) -> str:
    """The key with the subject's own key, where it begins with that, replaced by its name."""
    kind, _, pk = row.subject.partition(":")
    begins, _, rest = row.key.partition(":")
    if row.name == "customer.merged":
        rest = " ".join(names["customer"].get(int(part), "?") for part in rest.split(":") if part)
    return f"{names[kind][int(pk)]} {rest}" if begins == pk else row.key
