"""Two products of a shop may bear one SKU; one product may change its handle."""

from itertools import permutations
from typing import Any

import pytest

from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import Product, Variant
from orders.operations.process_notices import drain_notices

pytestmark = pytest.mark.django_db

FILE = """Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price
soap,Rose soap,Soaps,Title,Default Title,S-1,99.00
soap-gift,Rose soap in a box,Gifts,Title,Default Title,S-1,129.00
"""


def hook(number: int, *, handle: str, title: str) -> dict[str, Any]:
    return {
        "id": number,
        "title": title,
        "handle": handle,
        "updated_at": "2026-02-01T10:00:00+01:00",
        "variants": [{"id": number * 10, "title": "Default Title", "sku": "S-1", "price": "99.00"}],
    }


SOAP = hook(11, handle="soap", title="Rose soap")
GIFT = hook(12, handle="soap-gift", title="Rose soap in a box")


@pytest.fixture
def tell(connect, run, write):
    """Tell by the file, or by a hook."""
    sender = connect("shopify")

    def call(what: str | dict[str, Any]) -> None:
        if isinstance(what, str):
            run("import_products", write("products.csv", what), "shopify")
        else:
            assert sender.shopify("products/update", what).status_code == 200
            drain_notices()

    return call


def kept(store: Store) -> set[tuple[str, str]]:
    with store_scope(store.pk):
        return set(Product.objects.values_list("external_id", "title"))


def test_two_handles_of_one_file_are_two_products(store: Store, tell) -> None:
    expected = {("handle:soap", "Rose soap"), ("handle:soap-gift", "Rose soap in a box")}
    for _ in range(2):
        tell(FILE)
        assert kept(store) == expected
    with store_scope(store.pk):
        assert Variant.objects.count() == 2


@pytest.mark.parametrize("arrival", list(permutations([FILE, SOAP, GIFT])))
def test_hooks_name_each_of_them(store: Store, tell, arrival) -> None:
    for what in (*arrival, FILE):
        tell(what)
    assert kept(store) == {("11", "Rose soap"), ("12", "Rose soap in a box")}
    with store_scope(store.pk):
        variants = Variant.objects.values_list("external_id", "product__external_id")
        assert set(variants) == {("110", "11"), ("120", "12")}


@pytest.mark.parametrize("file_first", [True, False])
def test_a_product_that_changed_its_handle_is_one(store: Store, tell, file_first: bool) -> None:
    alone = "\n".join(FILE.splitlines()[:2])
    news = [alone, hook(11, handle="rose-soap", title="Rose soap")]
    for what in news if file_first else reversed(news):
        tell(what)
    assert kept(store) == {("11", "Rose soap")}
