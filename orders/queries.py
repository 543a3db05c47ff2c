"""Reads of the doors through which orders come, each with a fixed number of queries."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.stores.scope import every_store
from orders.models import WebhookEndpoint

# Written out: building it anew cost more than all the rest of a delivery's way in.
ENDPOINT = """
    SELECT e.*, s.clock_offset AS store_offset
    FROM orders_webhookendpoint e JOIN stores_store s ON s.id = e.store_id
    WHERE e.path_hash = %s AND e.source = %s AND e.is_active
"""


@dataclass(frozen=True, slots=True)
class OpenEndpoint:
    """An address that takes deliveries, and how far its store's clock is off the machine's."""

    endpoint: WebhookEndpoint
    clock_offset: timedelta


def open_endpoint(*, source: str, path_hash: str) -> OpenEndpoint | None:
    """The active endpoint of `source` whose secret path has this hash, of any store: one query.

    The path is what tells the store, so this is asked before there is a scope.
    """
    with every_store():
        found: Any = next(iter(WebhookEndpoint.objects.raw(ENDPOINT, [path_hash, source])), None)
    if found is None:
        return None
    offset = found.store_offset  # SQLite has no durations and keeps microseconds
    if not isinstance(offset, timedelta):
        offset = timedelta(microseconds=offset)
    return OpenEndpoint(endpoint=found, clock_offset=offset)
