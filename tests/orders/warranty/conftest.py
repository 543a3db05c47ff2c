"""An order of two lamps and a box of screws, delivered."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from orders.models import WarrantyParty
from orders.operations.settle_guarantees import settle_guarantees
from tests.conftest import NOON
from tests.factories.orders import OrderFactory, OrderLineFactory, ProductFactory


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def lamps(store, in_store) -> SimpleNamespace:
    order = OrderFactory(
        store=store, shipping_address={"country": "CZ"}, placed_at=NOON - timedelta(days=2)
    )
    lamp = ProductFactory(store=store, title="Lamp")
    line = OrderLineFactory(store=store, order=order, product=lamp, title="Lamp", quantity=2)
    return SimpleNamespace(order=order, line=line, product=lamp)


@pytest.fixture
def guarantee(lamps):
    lamps.order.delivered_at = NOON
    lamps.order.save()
    settle_guarantees(order_id=lamps.order.pk, now=NOON)
    return lamps.line.guarantees.get(piece=1)


@pytest.fixture
def service(store, in_store) -> WarrantyParty:
    return WarrantyParty.objects.create(
        store=store, name="Fix & Co", kind="service", email="fix@mend.example", answer_days=5
    )
