"""The customer keeps the goods after all."""

from datetime import datetime

from django.db import transaction

from orders.models import Payback, Return
from orders.operations.return_steps import TooLate, give_free, locked, tell
from orders.return_events import ReturnCanceled

CANCELABLE = (Return.Status.REQUESTED, Return.Status.APPROVED, Return.Status.SENT)


def may_cancel(asked: Return) -> bool:
    """Whether the customer may still take it back, as far as the return itself says. A withdrawal
    has ended the contract, and is not taken back by one side."""
    return asked.status in CANCELABLE and asked.kind == Return.Kind.RETURN


def cancel_return(*, asked: Return, now: datetime) -> Return:
    """Call the return off; its pieces may come back in another one. Raises `TooLate`."""
    with transaction.atomic():
        order, row = locked(asked)
        if row.status == Return.Status.CANCELED:
            return row
        if not may_cancel(row):
            raise TooLate("It has gone too far to be called off.")
        if row.paybacks.exclude(status=Payback.Status.FAILED).exists():
            raise TooLate("Something was given back for it already.")
        row.status, row.settled_at, row.answer_by = Return.Status.CANCELED, now, None
        row.save(update_fields=["status", "settled_at", "answer_by"])
        give_free(row)
        tell(row, ReturnCanceled(order.pk, row.customer_id, row.pk), now=now)
    return row
