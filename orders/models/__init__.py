from orders.models.catalog import Category, Product, Variant
from orders.models.customer import Customer, CustomerAddress, CustomerSourceId
from orders.models.document import OrderDocument
from orders.models.fulfillment import Fulfillment, FulfillmentLine, TrackingEvent
from orders.models.import_run import ImportReject, ImportRun
from orders.models.notice import InboundNotice, WebhookEndpoint
from orders.models.order import Order, OrderLine
from orders.models.privacy import PrivacyRequest
from orders.models.refund import Adjustment, Refund
from orders.models.token import ApiToken

__all__ = [
    "Adjustment",
    "ApiToken",
    "Category",
    "Customer",
    "CustomerAddress",
    "CustomerSourceId",
    "Fulfillment",
    "FulfillmentLine",
    "ImportReject",
    "ImportRun",
    "InboundNotice",
    "Order",
    "OrderDocument",
    "OrderLine",
    "PrivacyRequest",
    "Product",
    "Refund",
    "TrackingEvent",
    "Variant",
    "WebhookEndpoint",
]
