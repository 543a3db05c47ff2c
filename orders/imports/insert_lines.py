"""The lines of new orders into their table."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from core.stores.models import Store
from core.stores.scope import current_store_id
from orders.imports.drafts import Draft
from orders.imports.goods import Goods
from orders.imports.lines import SAID_COLUMNS, Said, Spoken, are_simple
from orders.imports.tables import NULL, copy_text, csv_cells, insert_values
from orders.models import OrderLine

COLUMNS = (
    "store_id",
    "order_id",
    "product_id",
    "variant_id",
    "external_id",
    "position",
    "refunded_quantity",
    *SAID_COLUMNS,
)
LAST_PLACE = 32767
Found = dict[Spoken, tuple[int | None, int | None]]


def insert_lines(
    *, drafts: Sequence[Draft], store: Store, goods: Goods, counts: Counter[str]
) -> None:
    """Insert the lines of orders that are in the table already, finding or making their goods."""
    by_source: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_source.setdefault(draft.snapshot.source, []).append(draft)
    for source, its in by_source.items():
        found = goods.find(source=source, orders=[draft.lines for draft in its], counts=counts)
        if connection.vendor == "postgresql" and current_store_id() == store.pk:
            copy_text(OrderLine, COLUMNS, _texts(its, store=store, found=found))
        else:
            insert_values(OrderLine, COLUMNS, _values(its, store=store, found=found))
    counts["lines"] += sum(len(draft.ids) for draft in drafts)


def _texts(drafts: Sequence[Draft], *, store: Store, found: Found) -> list[str]:
    """Rows as COPY reads them: what a line shares with its likes is written already."""
    keys = {
        goods: f"{product or NULL},{variant or NULL}" for goods, (product, variant) in found.items()
    }
    rows: list[str] = []
    for draft in drafts:
        head, ids, back = f"{store.pk},{draft.order.pk}", draft.ids, draft.back
        if not are_simple(ids):
            ids = [csv_cells((name,)) for name in ids]
        if back or len(ids) > LAST_PLACE:
            rows += [
                f"{head},{keys[said.goods]},{told},{min(place, LAST_PLACE)},"
                f"{back.get(name, 0)},{said.copied}"
                for place, (told, (name, said)) in enumerate(zip(ids, _lines(draft), strict=True))
            ]
        else:
            rows += [
                f"{head},{keys[said.goods]},{told},{place},0,{said.copied}"
                for place, (told, said) in enumerate(zip(ids, draft.lines.said, strict=True))
            ]
    return rows


def _values(drafts: Sequence[Draft], *, store: Store, found: Found) -> list[tuple[Any, ...]]:
    return [
        (
            store.pk,
            draft.order.pk,
            *found[said.goods],
            name,
            min(place, LAST_PLACE),
            draft.back.get(name, 0),
            *said.values,
        )
        for draft in drafts
        for place, (name, said) in enumerate(_lines(draft))
    ]


def _lines(draft: Draft) -> "zip[tuple[str, Said]]":
    return zip(draft.ids, draft.lines.said, strict=True)
