"""A unit of points in Lipa, and someone to own them."""

import pytest

from core.ledger.models import Unit
from core.ledger.operations.open_unit import open_unit
from core.ledger.owner import Owner
from core.stores.scope import store_scope


@pytest.fixture
def points(store) -> Unit:
    with store_scope(store.pk):
        return open_unit(store_id=store.pk, code="points")


@pytest.fixture
def jana() -> Owner:
    return Owner("customer", "1")
