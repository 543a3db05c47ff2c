"""Every connector there is. To add one, copy a sibling and name it here."""

from orders.connectors.connector import Connector
from orders.connectors.shopify import ShopifyConnector
from orders.connectors.webhook import WebhookConnector
from orders.connectors.woocommerce import WooCommerceConnector

CONNECTORS: dict[str, Connector] = {
    one.platform: one for one in (ShopifyConnector(), WooCommerceConnector(), WebhookConnector())
}
