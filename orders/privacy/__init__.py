from orders.privacy.forget import forget
from orders.privacy.show import files, show

__all__ = ["COVERS", "files", "forget", "show"]

COVERS = frozenset({"events.EventRow", "events.PendingReaction"}) | frozenset(
    f"orders.{name}"
    for name in (
        *("Customer", "CustomerSourceId", "CustomerAddress", "Order", "OrderLine"),
        *("OrderDocument", "Fulfillment", "FulfillmentLine", "TrackingEvent", "Refund"),
        *("Adjustment", "ChangeRequest", "Voucher", "Redemption", "PlatformCommand"),
        *("InboundNotice", "PrivacyRequest", "Tombstone", "CreditMovement"),
        *("Guarantee", "Claim", "ClaimPhoto", "ClaimStep"),
        *("WithdrawalStatement",),
        *("Return", "ReturnLine", "ReturnUnit", "ReturnPhoto", "Payback", "PaybackLimit"),
    )
)
