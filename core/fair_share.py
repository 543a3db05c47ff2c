"""Claiming from a queue that many stores share, without one store or one row holding up the rest."""

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core.stores.models import Store

MOST_STORES_A_PASS = 25
# Rows a pass: few enough that on a slow machine the last is worked on long before its lease ends
# (a row found again would be taken for one that kills workers), and that a newcomer waits seconds.
ROWS_A_PASS = 25


def fair_share(due: QuerySet[Any], *, limit: int, only_store: int | None = None) -> list[int]:
    """Ids of due rows to claim, locked: an equal share of each waiting store, oldest first.

    `due` is a queryset over rows with `store_id`, `due_at` and `claims`; call it inside the claiming
    transaction. A row that was claimed before and never finished may have killed its worker: it is
    claimed alone, so that it takes no neighbour down with it.
    """
    if only_store is not None:
        store_ids = [only_store]
    else:
        # A look per store into an index that it leads, however long the stores' queues are.
        waiting = Exists(due.order_by().filter(store_id=OuterRef("pk")))
        store_ids = list(Store.objects.filter(waiting).values_list("pk", flat=True))
    # In another order every time: a suspect row is only taken where its store comes first.
    store_ids = random.sample(store_ids, min(len(store_ids), MOST_STORES_A_PASS))
    ids: list[int] = []
    for store_id in store_ids:
        rows = (
            due.filter(store_id=store_id)
            .order_by("due_at", "id")
            .select_for_update(skip_locked=True)
            .values_list("pk", "claims")[: max(1, limit // len(store_ids))]
        )
        for pk, claims in rows:
            if claims and not ids:
                return [pk]
            if claims:
                break
            ids.append(pk)
    return ids


def in_turns(rows: Iterable[Any]) -> list[Any]:
    """`rows` of several stores so that each store's first comes before any store's second."""
    before: Counter[int] = Counter()
    placed = []
    for row in rows:
        placed.append((before[row.store_id], row))
        before[row.store_id] += 1
    return [row for _, row in sorted(placed, key=lambda one: one[0])]
