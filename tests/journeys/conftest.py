"""Demo stores whose clocks can be moved, connected to Shopify; Lipa lives on 3 March 2026."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from core import clock
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.travel import LOCAL_MAILBOX
from orders.operations.connect_source import connect_source
from tests.conftest import NOON
from tests.factories.journey import Journey
from tests.factories.senders import Sender
from tests.factories.stores import StoreFactory


@pytest.fixture
def begin(client, db, settings) -> Callable[..., Journey]:
    """Begin a journey at a moment, for a store as described."""
    settings.EMAIL_BACKEND = LOCAL_MAILBOX

    def begun(*, at: datetime = NOON, **about: Any) -> Journey:
        store = StoreFactory(is_demo=True, clock_offset=at - clock.real_now(), **about)
        began = clock.now(store) - timedelta(days=1)
        with store_scope(store.pk):
            install_flows(store=store, now=began)
            connection = connect_source(store=store, source="shopify", now=began)
        return Journey(store=Store.objects.get(pk=store.pk), sender=Sender(client, connection))

    return begun


@pytest.fixture
def journey(begin) -> Journey:
    return begin(name="Lipa", slug="lipa")
