"""Send other goods for those that come back."""

from datetime import datetime

from django.db import transaction

from orders.models import Payback, Return
from orders.operations.limit_payback import reserve
from orders.operations.match_refunds import match_refunds
from orders.operations.pay_back import hand_over, payable
from orders.operations.return_steps import TooLate, locked

Kind = Payback.Kind


def exchange_return(*, asked: Return, once: str, by: str, now: datetime) -> Payback:
    """Have the new goods sent; what they cost less than those that came goes back as money.

    Handed to the shop's own system where it takes exchanges; else a person makes the order in the
    shop and names its number. The same form (`once`) sent twice gives once. Raises `TooLate` and
    `MoreThanPaid`.
    """
    with transaction.atomic():
        match_refunds(order_id=asked.order_id, now=now)  # what the shop has paid by itself counts
        order, row = locked(asked)
        known = row.paybacks.filter(once=once).first()
        if known is not None:
            return known
        if row.status not in Return.UNDER_WAY:
            raise TooLate("It is settled, or was not approved yet.")
        if row.outcome != Return.Outcome.EXCHANGE:
            raise TooLate("No exchange was asked for.")
        if row.paybacks.exclude(status=Payback.Status.FAILED).exists():
            raise TooLate("Something is given, or being given, for it already.")
        worth = payable(row)
        amount = min(worth, row.new_goods_minor)
        rest = worth - amount
        reserve(order=order, amount_minor=worth)
        row.problem, row.agreed_minor = "", worth
        row.save(update_fields=["problem", "agreed_minor"])
        made = [
            Payback.objects.create(
                store_id=row.store_id,
                asked=row,
                order=order,
                kind=kind,
                once=f"{once}{mark}"[:64],
                amount_minor=part,
                bonus_minor=row.bonus_minor if kind == Kind.EXCHANGE else 0,
                currency=row.currency,
                by=by[:160],
                made_at=now,
            )
            for kind, mark, part in (
                (Kind.EXCHANGE, "", amount),
                (Kind.REFUND, ":rest", rest),
            )
            if part or kind == Kind.EXCHANGE
        ]
        for payback in made:
            hand_over(payback=payback, asked=row, order=order, now=now)
    return made[0]
