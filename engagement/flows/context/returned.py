"""A return as its mails show it: read when the mail is sent, so that it says what is true then."""

from engagement.flows.case import Case
from engagement.flows.context.order import line_data
from engagement.messages.rendering.context import LineData, Money, ReturnData
from orders.links import return_url
from orders.models import Return, ReturnLine

OPEN_TO_SEND = (Return.Status.APPROVED, Return.Status.SENT)


def return_data(*, case: Case, asked: Return) -> ReturnData:
    """What `case` tells of its return. Amounts are those of this news, where it names any."""
    told = case.message.facts.get("returned", {})
    assert case.order is not None  # noqa: S101 (the caller has seen to it)
    page = return_url(store=case.store, order=case.order, public_id=asked.public_id)
    is_sent_back = asked.status in OPEN_TO_SEND
    bonus = int(told.get("bonus_minor") or 0)
    amount = told.get("amount_minor")
    money = amount if amount is not None else asked.due_minor
    is_credit = case.message.flow == "return_credited"
    is_refund = case.message.flow == "return_refunded"
    is_promised = asked.is_open and asked.outcome == Return.Outcome.REFUND
    return {
        "reference": asked.reference,
        "kind": asked.kind,
        "outcome": asked.outcome,
        "way": asked.way,
        "shop_pays": asked.shop_pays,
        "is_partial": bool(told.get("is_partial")),
        "lines": [_line(line, currency=asked.currency) for line in asked.lines.all()],
        "money": _money(money, asked) if is_refund or is_promised else None,
        "credit": _money(int(amount or 0) + bonus, asked) if is_credit else None,
        "bonus": _money(bonus, asked) if is_credit and bonus else None,
        "reason": asked.reason,
        "new_order": str(told.get("number") or asked.exchange_number),
        "declared_name": asked.declared_name,
        "declared_email": asked.declared_email,
        "page_url": page,
        "label_url": f"{page}slip.pdf" if is_sent_back else "",
        "requested_at": asked.requested_at,
        "answer_by": asked.answer_by,
        "send_by": asked.send_by if is_sent_back else None,
        "pay_by": asked.pay_by if asked.is_open else None,
    }


def _money(minor: int, asked: Return) -> Money:
    return {"minor": minor, "currency": asked.currency}


def _line(line: ReturnLine, *, currency: str) -> LineData:
    return line_data(line=line.order_line, currency=currency, quantity=line.quantity)
