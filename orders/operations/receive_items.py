"""A batch of items of our own schema through the API: each is read first, then kept as a notice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.stores.models import Store
from orders.ingest.generic import read_item
from orders.ingest.generic.fields import SOURCE
from orders.ingest.reading import text
from orders.ingest.snapshots import Unreadable
from orders.ingest.source import body_hash, key_of
from orders.models import InboundNotice
from orders.operations.receive_notice import keep_notices, unsaved_notice


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of the item at `index`: accepted, repeated or refused with a reason."""

    index: int
    status: str
    id: str = ""
    reason: str = ""


def receive_items(*, store: Store, items: Sequence[Any], now: datetime) -> list[ItemResult]:
    """Keep every readable item in one INSERT; a repeat (same item ``id``) has no effect.

    Items without an id are told apart by their content. Runs in the store's scope, outside a
    transaction. `now` is the store's time.
    """
    results: list[ItemResult] = []
    fresh: dict[str, InboundNotice] = {}
    places: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        named = text(item.get("id"), limit=120) if isinstance(item, dict) else ""
        try:
            read_item(item=item, received_at=now, currency=store.currency)
        except Unreadable as error:
            results.append(ItemResult(index, "refused", named, str(error)))
            continue
        notice = _notice(item, named=named, store=store, now=now)
        places.setdefault(notice.dedup_key, []).append(index)
        fresh.setdefault(notice.dedup_key, notice)
        results.append(ItemResult(index, "accepted", named))
    known = set(
        InboundNotice.objects.filter(source=SOURCE, dedup_key__in=list(fresh)).values_list(
            "dedup_key", flat=True
        )
    )
    keep_notices([notice for key, notice in fresh.items() if key not in known])
    for key, indexes in places.items():
        for index in indexes if key in known else indexes[1:]:
            results[index] = ItemResult(index, "repeated", results[index].id)
    return results


def _notice(item: dict[str, Any], *, named: str, store: Store, now: datetime) -> InboundNotice:
    """The row of one item. Its decimals become texts, which every reader takes."""
    # ASCII, because half a surrogate pair has no other form; readers drop it later.
    body = json.dumps(item, default=str, separators=(",", ":")).encode()
    return unsaved_notice(
        store_id=store.pk,
        endpoint=None,
        source=SOURCE,
        topic=str(item["type"])[:80],
        dedup_key=key_of("api", named) if named else key_of("api-body", body_hash(body)),
        body=body,
        headers={},
        now=now,
    )
