"""Every source there is. To add one, copy a sibling file and add its line."""

from orders.ingest.shopify import Shopify
from orders.ingest.source import Source

SOURCES: dict[str, Source] = {source.name: source for source in (Shopify(),)}
