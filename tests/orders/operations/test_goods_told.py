"""The goods that an order's lines speak of."""

import pytest

from orders.models import OrderLine, Product, Variant
from tests.factories.news import HOUR, PLACED, line, told

pytestmark = pytest.mark.django_db


def test_a_line_taken_out_goes_and_one_put_in_comes(hear):
    hear(told(lines=(line(), line(external_id="line-2"))))
    hear(told(updated_at=PLACED + HOUR, lines=(line(external_id="line-2"),)))
    assert list(OrderLine.objects.values_list("external_id", flat=True)) == ["line-2"]


def test_goods_are_known_by_id_then_sku_then_title(hear):
    by_id = line(external_id="1")
    by_sku = line(external_id="2", product_external_id="", sku="OIL", title="Oil")
    by_title = line(external_id="3", product_external_id="", sku="", title="Postcard")
    hear(told(lines=(by_id, by_sku, by_title)))
    hear(told(external_id="o-2", lines=(by_title, by_sku, by_id)))
    assert sorted(Product.objects.values_list("external_id", flat=True)) == [
        "sku:OIL",
        "soap",
        "title:Postcard",
    ]
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["OIL", "SOAP"]


def test_the_shop_names_goods_that_a_file_spoke_of(hear):
    hear(told(lines=(line(product_external_id=""),)))
    hear(told(external_id="o-2", lines=(line(variant_external_id="v-1"),)))
    assert Product.objects.get().external_id == "soap"
    assert Variant.objects.get().external_id == "v-1"


def test_two_goods_with_one_sku_stay_two(hear):
    hear(told(lines=(line(), line(external_id="line-2", product_external_id="other"))))
    assert Product.objects.count() == 2
