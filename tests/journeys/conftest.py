"""A demo store whose clock can be moved, connected to Shopify, on 3 March 2026."""

from datetime import timedelta

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
def journey(client, db, settings) -> Journey:
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    store = StoreFactory(
        name="Lipa", slug="lipa", is_demo=True, clock_offset=NOON - clock.real_now()
    )
    began = clock.now(store) - timedelta(days=1)
    with store_scope(store.pk):
        install_flows(store=store, now=began)
        connection = connect_source(store=store, source="shopify", now=began)
    return Journey(store=Store.objects.get(pk=store.pk), sender=Sender(client, connection))
