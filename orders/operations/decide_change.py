"""The shop's people decide about a wish."""

from datetime import datetime

from django.db import transaction

from orders.models import ChangeRequest, Order
from orders.operations.carry_out_change import carry_out_change
from orders.operations.settle_change import change_is_done, change_is_refused
from orders.self_service.is_sent import is_sent

Status = ChangeRequest.Status
HELD_BY_DISPATCH = (ChangeRequest.Kind.CANCEL, ChangeRequest.Kind.EDIT_ADDRESS)


class TooLate(Exception):
    """It cannot be decided like this any more; the message says why, for the merchant."""


def approve_change(*, asked: ChangeRequest, by: str, now: datetime) -> ChangeRequest:
    """Have it carried out. A rival's decision or a dispatch that came first wins. Raises `TooLate`."""
    with transaction.atomic():
        order, row = _locked(asked)
        if row.status != Status.WAITING:
            raise TooLate("Somebody has decided about it already.")
        if row.kind in HELD_BY_DISPATCH and is_sent(order=order, parcels=order.fulfillments.all()):
            raise TooLate("The parcel has left meanwhile.")
        carry_out_change(asked=row, order=order, by=by, now=now)
    return row


def refuse_change(*, asked: ChangeRequest, reason: str, by: str, now: datetime) -> ChangeRequest:
    """Say no, with a reason that the customer reads. Raises `TooLate`."""
    with transaction.atomic():
        _order, row = _locked(asked)
        if row.status != Status.WAITING:
            raise TooLate("Somebody has decided about it already.")
        change_is_refused(asked=row, reason=reason, by=by, now=now)
    return row


def confirm_change(*, asked: ChangeRequest, now: datetime) -> ChangeRequest:
    """A person has seen in the shop that it is done. Raises `TooLate`."""
    with transaction.atomic():
        _order, row = _locked(asked)
        if row.status != Status.APPROVED:
            raise TooLate("It is settled already, or waits to be approved first.")
        change_is_done(asked=row, now=now)
    return row


def _locked(asked: ChangeRequest) -> tuple[Order, ChangeRequest]:
    order = Order.objects.select_for_update().get(pk=asked.order_id)
    return order, ChangeRequest.objects.select_for_update().get(pk=asked.pk)
