"""What a return amounts to, out of its paybacks: how much went back, and whether that is all of it."""

from datetime import datetime

from orders.models import Payback, Return
from orders.operations.return_steps import tell
from orders.return_events import ReturnCredited, ReturnExchanged, ReturnRefunded

Kind = Payback.Kind
S = Payback.Status


def payback_done(*, payback: Payback, asked: Return, number: str = "", now: datetime) -> None:
    """It has been given: told once, whoever says so. Inside a transaction that has locked the order."""
    if payback.status != S.DONE:
        payback.status, payback.settled_at, payback.problem = S.DONE, now, ""
        payback.save(update_fields=["status", "settled_at", "problem"])
    ids = (asked.order_id, asked.customer_id, asked.pk)
    match payback.kind:
        case Kind.CREDIT:
            money = (payback.amount_minor, payback.bonus_minor, payback.currency)
            tell(asked, ReturnCredited(*ids, *money), key=str(payback.pk), now=now)
        case Kind.EXCHANGE:
            tell(asked, ReturnExchanged(*ids, number=number), key=str(payback.pk), now=now)
        case _:
            news = ReturnRefunded(*ids, amount_of(payback), payback.currency)
            once = str(payback.pk) if payback.is_ours else payback.once
            tell(asked, news, key=once, now=now)
    settle_return(asked=asked, now=now)


def amount_of(payback: Payback) -> int:
    """What really went back: a refund's own amount, where the shop has told it."""
    refund = payback.refund
    if refund is None:
        return payback.amount_minor
    return 0 if refund.deleted_at is not None else refund.amount_minor


def promised(asked: Return) -> int:
    """What is given or being given for it, in minor units."""
    rows = asked.paybacks.exclude(status=S.FAILED).select_related("refund")
    return sum(amount_of(row) for row in rows)


def settle_return(*, asked: Return, now: datetime) -> None:
    """Work out anew what went back; *done* where it is all, open again where it is not any more.

    Computed from rows that any order of arrival leaves equal. Inside a transaction that has locked
    the order.
    """
    rows = list(asked.paybacks.exclude(status=S.FAILED).select_related("refund"))
    given = [row for row in rows if row.status == S.DONE]
    asked.paid_back_minor = sum(amount_of(row) for row in given)
    is_said = bool(rows) or asked.agreed_minor is not None
    is_all = is_said and len(given) == len(rows) and asked.paid_back_minor >= asked.due_minor
    if is_all and asked.status in Return.UNDER_WAY:
        asked.status, asked.settled_at, asked.problem = Return.Status.DONE, now, ""
    elif not is_all and asked.status == Return.Status.DONE:
        came = asked.received_at is not None
        asked.status = Return.Status.RECEIVED if came else Return.Status.APPROVED
        asked.settled_at = None
    asked.save(update_fields=["paid_back_minor", "status", "settled_at", "problem"])
