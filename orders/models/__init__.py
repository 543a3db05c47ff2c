from orders.models.catalog import Category, Product, Variant
from orders.models.claim import Claim, ClaimPhoto, ClaimStep
from orders.models.credit import CreditMovement
from orders.models.customer import Customer, CustomerAddress, CustomerSourceId
from orders.models.document import OrderDocument
from orders.models.fulfillment import Fulfillment, FulfillmentLine, TrackingEvent
from orders.models.import_run import ImportReject, ImportRun
from orders.models.notice import InboundNotice, WebhookEndpoint
from orders.models.order import Order, OrderLine
from orders.models.platform import PlatformCommand, PlatformConnection
from orders.models.privacy import PrivacyRequest, Tombstone
from orders.models.refund import Adjustment, Refund
from orders.models.return_policy import ReturnPolicy, ReturnReason
from orders.models.returned import (
    Payback,
    PaybackLimit,
    Return,
    ReturnLine,
    ReturnPhoto,
    ReturnUnit,
)
from orders.models.self_service import ChangeRequest, SelfServicePolicy
from orders.models.token import ApiToken
from orders.models.voucher import Redemption, Voucher
from orders.models.warranty import ClaimRule, Guarantee, WarrantyParty, WarrantyTerms
from orders.models.withdrawal import WithdrawalStatement

__all__ = [
    "Adjustment",
    "ApiToken",
    "Category",
    "ChangeRequest",
    "Claim",
    "ClaimPhoto",
    "ClaimRule",
    "ClaimStep",
    "CreditMovement",
    "Customer",
    "CustomerAddress",
    "CustomerSourceId",
    "Fulfillment",
    "FulfillmentLine",
    "Guarantee",
    "ImportReject",
    "ImportRun",
    "InboundNotice",
    "Order",
    "OrderDocument",
    "OrderLine",
    "Payback",
    "PaybackLimit",
    "PlatformCommand",
    "PlatformConnection",
    "PrivacyRequest",
    "Product",
    "Redemption",
    "Refund",
    "Return",
    "ReturnLine",
    "ReturnPhoto",
    "ReturnPolicy",
    "ReturnReason",
    "ReturnUnit",
    "SelfServicePolicy",
    "Tombstone",
    "TrackingEvent",
    "Variant",
    "Voucher",
    "WarrantyParty",
    "WarrantyTerms",
    "WebhookEndpoint",
    "WithdrawalStatement",
]
