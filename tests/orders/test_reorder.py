"""The way back into the shop's basket: as the platforms document it, or none at all."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from orders.reorder import pages_again, reorder_url

SHOP = SimpleNamespace(site_url="https://lipa.example/")


def line(number: str = "4711", *, quantity: str = "2", source: str = "shopify", **product):
    about = {"deleted_at": None, "url": f"https://lipa.example/{number}", "source": source}
    return SimpleNamespace(
        title=f"Soap {number}",
        quantity=Decimal(quantity),
        product=SimpleNamespace(external_id="1" + number, **{**about, **product}),
        variant=SimpleNamespace(external_id=number) if source == "shopify" else None,
    )


def again(source: str, *lines, shop=SHOP) -> str:
    return reorder_url(store=shop, order=SimpleNamespace(source=source), lines=lines)


def test_shopify_takes_variants_into_the_basket():
    link = again("shopify", line("11"), line("12", quantity="1.000"))
    assert link == "https://lipa.example/cart/11:2,12:1?storefront=true"


def test_woocommerce_takes_products_or_variations():
    link = again("woocommerce", line("11", source="woocommerce"))
    assert link == "https://lipa.example/checkout-link/?products=111:2"


@pytest.mark.parametrize(
    "bad",
    [
        line("x7"),  # no number of the shop's
        line(quantity="0.250"),  # weighed
        line(deleted_at="2026-01-01"),  # sold no more
        SimpleNamespace(title="?", quantity=Decimal(1), product=None, variant=None),
    ],
)
def test_all_or_nothing(bad):
    assert again("shopify", line(), bad) == ""


def test_other_shops_have_no_such_address():
    assert again("generic", line()) == ""
    assert again("shopify", line(), shop=SimpleNamespace(site_url="javascript:alert(1)")) == ""
    assert again("shopify") == ""


def test_then_each_on_its_page_once_and_nothing_that_is_gone():
    lines = [line("1"), line("1"), line("2", deleted_at="2026-01-01")]
    assert pages_again(lines) == [("Soap 1", "https://lipa.example/1")]
