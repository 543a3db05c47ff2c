"""The goods are on their way back."""

from datetime import datetime

from django.db import transaction

from orders.models import Return
from orders.operations.return_steps import TooLate, locked, tell
from orders.return_events import ReturnSent

Status = Return.Status


def mark_return_sent(
    *, asked: Return, carrier: str = "", tracking_number: str = "", now: datetime
) -> Return:
    """The customer, or a carrier, says that the parcel has left. Said again, it corrects carrier and
    number. Raises `TooLate`."""
    with transaction.atomic():
        order, row = locked(asked)
        if row.status not in (Status.APPROVED, Status.SENT):
            raise TooLate("It is not waiting for a parcel.")
        row.carrier = carrier.strip()[:120] or row.carrier
        row.tracking_number = tracking_number.strip()[:120] or row.tracking_number
        is_new = row.status == Status.APPROVED
        if is_new:
            row.status, row.sent_at = Status.SENT, now
        row.save(update_fields=["status", "sent_at", "carrier", "tracking_number"])
        if is_new:
            tell(row, ReturnSent(order.pk, row.customer_id, row.pk), now=now)
    return row
