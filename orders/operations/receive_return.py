"""Goods arrive at the shop: how many, in what state, and how many go back on the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from orders.models import Order, Payback, Return, ReturnLine
from orders.operations.pay_back import give_back
from orders.operations.return_steps import TooLate, locked, tell
from orders.return_events import ReturnReceived

Status = Return.Status
REFUND_WITHIN = 14  # days, where the policy of the lines is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """How much of one line (a `ReturnLine`) is here by now, all in all, and how much of it is for sale
    again."""

    line_id: int
    quantity: Decimal
    condition: str = ReturnLine.Condition.AS_NEW
    restock: Decimal = Decimal(0)


def receive_return(*, asked: Return, arrived: Sequence[Arrived], by: str, now: datetime) -> Return:
    """Write down what is here. Quantities are totals, so that the same form twice counts once.

    Where the policy says so, and all of it is here as new, what was promised is given at once.
    Raises `TooLate`.
    """
    with transaction.atomic():
        order, row = locked(asked)
        if row.status not in Return.UNDER_WAY:
            raise TooLate("It is not waiting for goods.")
        lines = {line.pk: line for line in row.lines.select_related("policy", "order_line")}
        for one in arrived:
            _take(lines.get(one.line_id), one)
        here = sum((line.received_quantity for line in lines.values()), Decimal(0))
        if not here:
            raise TooLate("Nothing of it is here yet.")
        wanted = sum((line.quantity for line in lines.values()), Decimal(0))
        if row.received_at is None:
            row.received_at = now
            days = [
                line.policy.refund_within_days if line.policy else REFUND_WITHIN
                for line in lines.values()
            ]
            row.pay_by = row.pay_by or now + timedelta(days=min(days))
        row.status, row.decided_by = Status.RECEIVED, row.decided_by or by[:160]
        row.save(update_fields=["status", "received_at", "pay_by", "decided_by"])
        ids = (order.pk, row.customer_id, row.pk)
        news = ReturnReceived(*ids, is_partial=here < wanted)
        tell(row, news, key=f"{here.normalize():f}", now=now)
        if here == wanted and _is_given_at_once(row, list(lines.values())):
            _give_at_once(row, order=order, now=now)
    return row


def _take(line: ReturnLine | None, one: Arrived) -> None:
    if line is None:
        raise TooLate("That line is not part of this return.")
    if one.quantity < 0 or one.quantity > line.quantity:
        raise TooLate(
            f"No more than {line.quantity.normalize():f} of “{line.order_line}” come back."
        )
    if one.restock < 0 or one.restock > one.quantity:
        raise TooLate("No more goes back on the shelf than has arrived.")
    if one.condition not in ReturnLine.Condition.values:
        raise TooLate("Choose the state that it is in.")
    line.received_quantity, line.restocked_quantity = one.quantity, one.restock
    line.condition = one.condition if one.quantity else ""
    line.save(update_fields=["received_quantity", "restocked_quantity", "condition"])


def _give_at_once(row: Return, *, order: Order, now: datetime) -> None:
    """The goods are here whether or not it can be paid: then a person has to see to that."""
    try:
        with transaction.atomic():
            give_back(asked=row, order=order, once="on_receipt", by="", now=now)
    except TooLate as problem:
        row.refresh_from_db()
        row.problem = str(problem)[:500]
        row.save(update_fields=["problem"])


def _is_given_at_once(row: Return, lines: Sequence[ReturnLine]) -> bool:
    """By the shop's own rule only, for goods as new, and never for new goods in exchange."""
    return (
        row.outcome != Return.Outcome.EXCHANGE
        and all(line.policy is not None and line.policy.pays_on_receipt for line in lines)
        and all(line.condition == ReturnLine.Condition.AS_NEW for line in lines)
        and not row.paybacks.exclude(status=Payback.Status.FAILED).exists()
    )
