"""What has left cannot be stopped or sent elsewhere any more."""

from collections.abc import Iterable

from orders.models import Fulfillment, Order
from orders.self_service.case import Case, Reason

STILL_HERE = (Fulfillment.Status.PREPARING, Fulfillment.Status.CANCELED)


def is_sent(*, order: Order, parcels: Iterable[Fulfillment]) -> bool:
    """Whether any of the order has left, as far as the shop or a carrier said."""
    return order.fulfillment_status != Order.FulfillmentState.UNFULFILLED or any(
        parcel.shipped_at is not None or parcel.status not in STILL_HERE for parcel in parcels
    )


def rule(case: Case) -> Reason | None:
    return "sent" if is_sent(order=case.order, parcels=case.parcels) else None
