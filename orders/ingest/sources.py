"""Every source there is. To add one, copy a sibling file and add its line."""

from orders.ingest.aftership import AfterShip
from orders.ingest.easypost import EasyPost
from orders.ingest.generic import Generic
from orders.ingest.shopify import Shopify
from orders.ingest.source import Source
from orders.ingest.woocommerce import WooCommerce

SOURCES: dict[str, Source] = {
    source.name: source for source in (Shopify(), WooCommerce(), AfterShip(), EasyPost(), Generic())
}
