"""Order it again: the way back into the shop's basket, where its platform has an address for that. Pure.

Shopify: ``/cart/<variant>:<quantity>,…`` (shopify.dev, Create cart permalinks; ``storefront=true`` shows
the basket instead of the checkout). WooCommerce: ``/checkout-link/?products=<id>:<quantity>,…`` (WooCommerce
10 and later, developer.woocommerce.com, Shareable Checkout URLs). Written from their documentation.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from core.stores.models import Store
from orders.models import Order, OrderLine

MOST = 50


def reorder_url(*, store: Store, order: Order, lines: Sequence[OrderLine]) -> str:
    """Where the same goods lie in the basket; empty where the shop cannot be linked to so.

    `lines` come with product and variant. All or nothing: half a basket would surprise. Goods that are
    sold no more, weighed ones and those whose number in the shop is not known have no way there.
    """
    numbers = [_number(line) for line in lines]
    if not numbers or len(numbers) > MOST or not all(numbers) or not _is_site(store.site_url):
        return ""
    wanted = ",".join(
        f"{number}:{int(line.quantity)}" for number, line in zip(numbers, lines, strict=True)
    )
    site = store.site_url.rstrip("/")
    if order.source == "shopify":
        return f"{site}/cart/{wanted}?storefront=true"
    if order.source == "woocommerce":
        return f"{site}/checkout-link/?products={wanted}"
    return ""


def pages_again(lines: Sequence[OrderLine]) -> list[tuple[str, str]]:
    """Title and the shop's page of each thing that is still sold; each once."""
    found: dict[str, str] = {}
    for line in lines:
        product = line.product
        if product is not None and product.deleted_at is None and product.url:
            found.setdefault(product.url, line.title)
    return [(title, url) for url, title in found.items()]


def _number(line: OrderLine) -> str:
    """The variant's number in the shop, else the product's; empty where it cannot be ordered so."""
    if line.quantity != int(line.quantity) or line.quantity < 1:
        return ""
    product, variant = line.product, line.variant
    if product is None or product.deleted_at is not None:
        return ""
    sold = variant or (product if product.source == "woocommerce" else None)
    number = sold.external_id if sold is not None else ""
    return number if number.isascii() and number.isdigit() else ""


def _is_site(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
