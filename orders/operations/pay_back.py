"""Give back what a return is worth: money by way of the shop's system, or store credit with its bonus."""

from datetime import datetime, timedelta

from django.db import transaction

from orders.credit import Bonus
from orders.models import Order, Payback, PlatformCommand, Return, ReturnLine
from orders.operations.give_command import connection_for, give_command
from orders.operations.give_credit import give_credit
from orders.operations.limit_payback import release, reserve
from orders.operations.match_refunds import match_refunds
from orders.operations.return_steps import TooLate, locked
from orders.operations.settle_return import payback_done, promised, settle_return

Kind = Payback.Kind
S = Payback.Status


def refund_return(
    *,
    asked: Return,
    amount_minor: int | None = None,
    is_final: bool | None = None,
    once: str,
    by: str,
    now: datetime,
) -> Payback:
    """Give money back: all that is open (None), or `amount_minor` of it.

    `is_final`: with that the return is settled, even where it is less than was shown; None: unless
    some of the goods are still to come. The same form (`once`) sent twice gives once. Handed to the
    shop's system where one is connected; else it waits until somebody says that it is done, or the
    shop's own news do. Raises `TooLate` and `MoreThanPaid`. Inside the store's scope.
    """
    with transaction.atomic():
        match_refunds(order_id=asked.order_id, now=now)  # what the shop has paid by itself counts
        order, row = locked(asked)
        return _pay(
            asked=row,
            order=order,
            kind=Kind.REFUND,
            amount_minor=amount_minor,
            is_final=is_final,
            once=once,
            by=by,
            now=now,
        )


def credit_return(*, asked: Return, once: str, by: str, now: datetime) -> Payback:
    """Give all that is open as store credit, with the bonus that was shown. As `refund_return`."""
    with transaction.atomic():
        match_refunds(order_id=asked.order_id, now=now)
        order, row = locked(asked)
        return _pay(asked=row, order=order, kind=Kind.CREDIT, once=once, by=by, now=now)


def give_back(*, asked: Return, order: Order, once: str, by: str, now: datetime) -> Payback:
    """What the return was to bring, money or credit. Inside a transaction that has locked both."""
    kind = Kind.CREDIT if asked.outcome == Return.Outcome.CREDIT else Kind.REFUND
    return _pay(asked=asked, order=order, kind=kind, once=once, by=by, now=now)


def close_return(*, asked: Return, by: str, now: datetime) -> Return:
    """Nothing more is given for it: what went back so far is all. Raises `TooLate`."""
    with transaction.atomic():
        _order, row = locked(asked)
        if row.status not in Return.UNDER_WAY:
            raise TooLate("It is settled already.")
        if row.paybacks.filter(status=S.WAITING).exists():
            raise TooLate("Something is on its way for it; wait until that has ended.")
        row.agreed_minor = row.paid_back_minor
        row.status, row.settled_at, row.problem = Return.Status.DONE, now, ""
        row.decided_by = by[:160]
        row.save(update_fields=["agreed_minor", "status", "settled_at", "problem", "decided_by"])
    return row


def confirm_payback(*, payback: Payback, number: str = "", now: datetime) -> Payback:
    """A person has seen in the shop that it was done. Raises `TooLate`."""
    with transaction.atomic():
        order, asked = locked(payback.asked)
        row = Payback.objects.select_for_update(of=("self",)).get(pk=payback.pk)
        if row.status != S.WAITING:
            raise TooLate("It has ended already.")
        if row.kind == Kind.EXCHANGE and number:
            found = Order.objects.filter(number=number.strip()[:64]).exclude(pk=order.pk).first()
            asked.exchange_number, asked.exchange_order = number.strip()[:64], found
            asked.save(update_fields=["exchange_number", "exchange_order"])
        payback_done(payback=row, asked=asked, number=asked.exchange_number, now=now)
    return row


def fail_payback(*, payback: Payback, problem: str, now: datetime) -> Payback:
    """It was not done, and will not be: what was counted may be given in another way. Raises
    `TooLate`."""
    with transaction.atomic():
        order, asked = locked(payback.asked)
        row = Payback.objects.select_for_update(of=("self",)).get(pk=payback.pk)
        if row.status != S.WAITING:
            raise TooLate("It has ended already.")
        payback_failed(payback=row, asked=asked, order=order, problem=problem, now=now)
    return row


def payback_failed(
    *, payback: Payback, asked: Return, order: Order, problem: str, now: datetime
) -> None:
    """Count it no more, and show why. Inside a transaction that has locked the order."""
    payback.status, payback.settled_at = S.FAILED, now
    payback.problem = problem[:500]
    payback.save(update_fields=["status", "settled_at", "problem"])
    if payback.is_ours:
        release(order=order, amount_minor=payback.amount_minor)
    asked.problem, asked.agreed_minor = problem[:500], None
    asked.save(update_fields=["problem", "agreed_minor"])
    settle_return(asked=asked, now=now)


def payable(asked: Return) -> int:
    """What is to be given for what has arrived (for all of it, where nothing has yet), less what was
    given, in minor units."""
    lines = list(asked.lines.all())
    goods = sum(line.amount_minor for line in lines)
    if any(line.received_quantity for line in lines):
        goods = sum(_worth_received(line) for line in lines)
    missing = sum(line.amount_minor for line in lines) - goods
    whole = asked.due_minor if asked.agreed_minor is None else asked.agreed_minor
    return max(0, whole - missing - promised(asked))


def _is_awaited(asked: Return) -> bool:
    """Whether some of it has arrived and the rest has not."""
    lines = list(asked.lines.all())
    some = any(line.received_quantity for line in lines)
    return some and any(line.received_quantity < line.quantity for line in lines)


def _worth_received(line: ReturnLine) -> int:
    return int(line.amount_minor * line.received_quantity / line.quantity)


def _pay(
    *,
    asked: Return,
    order: Order,
    kind: str,
    amount_minor: int | None = None,
    is_final: bool | None = None,
    once: str,
    by: str,
    now: datetime,
) -> Payback:
    known = asked.paybacks.filter(once=once).first()
    if known is not None:
        return known
    if asked.status not in Return.UNDER_WAY:
        raise TooLate("It is settled, or was not approved yet.")
    so_far = promised(asked)
    most = asked.goods_minor + asked.shipping_minor - so_far
    amount = payable(asked) if amount_minor is None else amount_minor
    if amount <= 0:
        raise TooLate("Nothing is open for it any more.")
    if amount > most:
        raise TooLate("That is more than the goods of this return were worth.")
    reserve(order=order, amount_minor=amount)
    payback = Payback.objects.create(
        store_id=asked.store_id,
        asked=asked,
        order=order,
        kind=kind,
        once=once,
        amount_minor=amount,
        bonus_minor=_bonus(asked, kind=kind, amount=amount),
        currency=asked.currency,
        by=by[:160],
        made_at=now,
    )
    asked.problem = ""
    if is_final is None:
        is_final = not _is_awaited(asked)
    asked.agreed_minor = so_far + amount if is_final else asked.agreed_minor
    asked.save(update_fields=["problem", "agreed_minor"])
    if kind == Kind.CREDIT:
        _give_credit(payback=payback, asked=asked, by=by, now=now)
    else:
        hand_over(payback=payback, asked=asked, order=order, now=now)
    return payback


def _bonus(asked: Return, *, kind: str, amount: int) -> int:
    """The bonus that was shown, pro rata where less is given; none on money."""
    if kind != Kind.CREDIT or asked.outcome != Return.Outcome.CREDIT:
        return 0
    shown_on = max(1, asked.goods_minor + asked.shipping_minor - asked.fee_minor)
    return asked.bonus_minor * min(amount, shown_on) // shown_on


def _give_credit(*, payback: Payback, asked: Return, by: str, now: datetime) -> None:
    customer = asked.customer
    if customer is None:
        raise TooLate("This order has no customer to whom credit could be given.")
    days = [
        line.policy.credit_days
        for line in asked.lines.select_related("policy")
        if line.policy is not None and line.policy.credit_days
    ]
    give_credit(
        customer=customer,
        amount_minor=payback.amount_minor,
        currency=asked.currency,
        occasion=f"return:{payback.public_id.hex}",
        reason=f"Return {asked.reference}",
        by=by,
        bonus=Bonus(flat_minor=payback.bonus_minor),
        expires_at=now + timedelta(days=min(days)) if days else None,
        subject=f"return:{asked.pk}",
        now=now,
    )
    payback_done(payback=payback, asked=asked, now=now)


def hand_over(*, payback: Payback, asked: Return, order: Order, now: datetime) -> None:
    """Have the shop's system do it, where one can. Inside a transaction that has locked the order."""
    is_refund = payback.kind == Kind.REFUND
    kind = PlatformCommand.Kind.REFUND if is_refund else PlatformCommand.Kind.EXCHANGE
    connection = connection_for(order=order, kind=kind)
    if connection is None:
        return
    payback.command = give_command(
        connection=connection,
        kind=kind,
        payload={
            "amount_minor": payback.amount_minor,
            "currency": payback.currency,
            "reason": f"Return {asked.reference}",
            "return": asked.reference,
            "to_pay_minor": max(0, asked.new_goods_minor - payback.amount_minor - asked.bonus_minor)
            if not is_refund
            else 0,
            "lines": [
                {
                    "line_id": line.order_line.external_id,
                    "quantity": f"{line.quantity.normalize():f}",
                    "instead": line.new_variant.external_id if line.new_variant else "",
                    "instead_sku": line.new_variant.sku if line.new_variant else "",
                }
                for line in asked.lines.select_related("order_line", "new_variant")
            ],
        },
        key=f"return:{payback.public_id.hex}",
        order=order,
        now=now,
    )
    payback.save(update_fields=["command"])
