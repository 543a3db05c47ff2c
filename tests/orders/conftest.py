"""A connected source, posting through the real door."""

from typing import Any

import pytest

from core import clock
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.operations.connect_source import connect_source
from tests.factories.senders import Connect, Sender


@pytest.fixture
def connect(client, store: Store) -> Connect:
    def connected(source: str, *, to: Store | None = None, **options: Any) -> Sender:
        shop = to or store
        with store_scope(shop.pk):
            return Sender(
                client,
                connect_source(store=shop, source=source, now=clock.now(shop), **options),
            )

    return connected
