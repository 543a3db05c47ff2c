"""The shop's people decide about a return."""

from datetime import datetime, timedelta

from django.db import transaction

from orders.models import Payback, Return
from orders.operations.return_steps import TooLate, give_free, locked, tell
from orders.return_events import ReturnApproved, ReturnRefused

Status = Return.Status
SEND_WITHIN = 14  # days, where the policy of the lines is gone


def approve_return(*, asked: Return, by: str, now: datetime) -> Return:
    """The goods may come back. Raises `TooLate`, also where a rival decided first."""
    with transaction.atomic():
        order, row = locked(asked)
        if row.status != Status.REQUESTED:
            raise TooLate("Somebody has decided about it already.")
        days = [
            line.policy.send_within_days if line.policy else SEND_WITHIN
            for line in row.lines.select_related("policy")
        ]
        row.status, row.decided_at, row.decided_by = Status.APPROVED, now, by[:160]
        row.send_by = now + timedelta(days=min(days, default=SEND_WITHIN))
        row.answer_by = None
        row.save(update_fields=["status", "decided_at", "decided_by", "send_by", "answer_by"])
        tell(row, ReturnApproved(order.pk, row.customer_id, row.pk, by_rules=False), now=now)
    return row


def refuse_return(*, asked: Return, reason: str, by: str, now: datetime) -> Return:
    """Say no, with a reason that the customer reads: at once, or when what arrived is not what was
    agreed, or when nothing ever came.

    What has been paid back, or is being, stands. Raises `TooLate`.
    """
    with transaction.atomic():
        order, row = locked(asked)
        if not row.is_open:
            raise TooLate("It is settled already.")
        if row.paybacks.exclude(status=Payback.Status.FAILED).exists():
            raise TooLate("Something was given back for it already: close it instead.")
        row.status, row.settled_at = Status.REFUSED, now
        row.decided_at, row.decided_by = now, by[:160]
        row.reason, row.answer_by = reason.strip()[:500], None
        row.save(
            update_fields=[
                *("status", "settled_at", "decided_at", "decided_by", "reason", "answer_by")
            ]
        )
        give_free(row)
        tell(row, ReturnRefused(order.pk, row.customer_id, row.pk, reason=row.reason), now=now)
    return row
