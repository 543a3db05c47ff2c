"""Jana's soap dispenser, delivered, with its guarantee; a service that mends."""

from types import SimpleNamespace

import pytest

from core.stores.scope import store_scope
from orders.models import ClaimRule, WarrantyParty
from orders.operations.settle_guarantees import settle_guarantees
from orders.warranty.links import guarantee_token
from tests.conftest import NOON
from tests.factories.orders import ProductFactory


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def bought(shop, jana) -> SimpleNamespace:
    """`page` is its guarantee's page."""
    with store_scope(shop.pk):
        jana.line.product = ProductFactory(store=shop, title="Rose soap")
        jana.line.save()
        jana.order.shipping_address = {**jana.order.shipping_address, "country": "CZ"}
        jana.order.delivered_at = NOON
        jana.order.save()
        settle_guarantees(order_id=jana.order.pk, now=NOON)
        row = jana.line.guarantees.get()
        service = WarrantyParty.objects.create(
            store=shop, name="Fix & Co", kind="service", email="fix@mend.example"
        )
    return SimpleNamespace(
        row=row,
        page=f"/portal/{shop.slug}/warranty/{guarantee_token(row)}/",
        service=service,
        order=jana.order,
        product=jana.line.product,
    )


@pytest.fixture
def routed(bought) -> SimpleNamespace:
    """Claims go to the service."""
    with store_scope(bought.row.store_id):
        ClaimRule.objects.create(store=bought.row.store, position=1, party=bought.service)
    return bought
