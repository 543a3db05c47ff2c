"""Which guide and which tips go with which product. One query each, whatever the number."""

from collections.abc import Collection

from django.db.models import Q

from engagement.guides.models import CareTip, Guide
from orders.models import Product


def guides_of(*, products: Collection[Product]) -> dict[int, Guide]:
    """The guide of each product that has one, by product id: its own, else its category's.

    Only what can be read: published here, or kept by the shop at an address of its own.
    """
    readable = ~Q(url="") | Q(live__isnull=False)
    rows = Guide.objects.filter(_about(products), readable) if products else ()
    own = {row.product_id: row for row in rows if row.product_id is not None}
    shared = {row.category_id: row for row in rows if row.category_id is not None}
    found: dict[int, Guide] = {}
    for product in products:
        guide = own.get(product.pk) or shared.get(product.category_id or 0)
        if guide is not None:
            found[product.pk] = guide
    return found


def tips_of(*, products: Collection[Product]) -> dict[int, dict[int, CareTip]]:
    """The tips of each product that has any: product id to step to tip.

    A product with tips of its own does not take any of its category's.
    """
    own: dict[int, dict[int, CareTip]] = {}
    shared: dict[int, dict[int, CareTip]] = {}
    for tip in CareTip.objects.filter(_about(products)) if products else ():
        if tip.product_id is not None:
            own.setdefault(tip.product_id, {})[tip.step] = tip
        elif tip.category_id is not None:
            shared.setdefault(tip.category_id, {})[tip.step] = tip
    return {
        product.pk: steps
        for product in products
        if (steps := own.get(product.pk) or shared.get(product.category_id or 0))
    }


def _about(products: Collection[Product]) -> Q:
    return Q(product_id__in={product.pk for product in products}) | Q(
        category_id__in={product.category_id for product in products if product.category_id}
    )
