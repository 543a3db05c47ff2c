"""The order is a test, was deleted, or was canceled."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip
from orders.models import Order


def order_gone(case: Case) -> Skip | None:
    """A flow that does not end with the cancellation (the refund's own mail) goes all the same."""
    order = case.order
    if order is None:
        return None
    if order.is_test and not case.store.is_demo:
        return Skip(Reason.TEST_ORDER)
    if order.deleted_at is not None and case.ends_on("order.deleted"):
        return Skip(Reason.ORDER_DELETED)
    if order.status == Order.Status.CANCELED and case.ends_on("order.canceled"):
        return Skip(Reason.ORDER_CANCELED)
    return None
