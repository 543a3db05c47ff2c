"""Compare returns with the refunds that the shop tells of: nothing is given twice."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from orders.models import Order, Payback, Refund, Return
from orders.operations.settle_return import payback_done, settle_return
from orders.returns.assign import Answers, Open, Ours, Told, assign

S = Payback.Status
NEVER = (Return.Status.REQUESTED, Return.Status.REFUSED, Return.Status.CANCELED)


def match_refunds(*, order_id: int, now: datetime) -> int:
    """Settle what the order's refunds answer; how many were new to us. Inside the store's scope.

    Worked out anew from all refunds that stand: told twice, late, in another order, or taken back,
    the end is the same. A refund belongs to one payback at most; one without any was given elsewhere.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
        if order is None:
            return 0
        returns = list(
            Return.objects.select_for_update(of=("self",))
            .filter(order=order)
            .exclude(status__in=NEVER)
            .order_by("pk")
        )
        if not returns:
            return 0
        refunds = list(
            Refund.objects.filter(order=order, deleted_at__isnull=True, amount_minor__gt=0)
        )
        paybacks = list(
            Payback.objects.filter(order=order, kind=Payback.Kind.REFUND)
            .exclude(status=S.FAILED)
            .select_related("command", "refund")
            .order_by("pk")
        )
        answers = _assigned(refunds=refunds, paybacks=paybacks, returns=returns, order=order)
        return _keep(answers, refunds=refunds, paybacks=paybacks, returns=returns, now=now)


def _assigned(
    *,
    refunds: Sequence[Refund],
    paybacks: Sequence[Payback],
    returns: Sequence[Return],
    order: Order,
) -> Answers:
    lines: dict[int, set[str]] = {}
    for pk, name in Return.objects.filter(order=order).values_list(
        "pk", "lines__order_line__external_id"
    ):
        lines.setdefault(pk, set()).add(str(name))
    ours: dict[int, int] = {}
    for asked_id, amount in (
        Payback.objects.filter(order=order, is_ours=True)
        .exclude(status=S.FAILED)
        .values_list("asked_id", "amount_minor")
    ):
        ours[asked_id] = ours.get(asked_id, 0) + amount
    return assign(
        told=[
            Told(
                pk=one.pk,
                external_id=one.external_id,
                amount_minor=one.amount_minor,
                lines=frozenset(str(part.get("line_external_id") or "") for part in one.lines)
                - {""},
                happened_at=one.happened_at,
            )
            for one in refunds
        ],
        ours=[
            Ours(
                pk=one.pk,
                asked_id=one.asked_id,
                amount_minor=one.amount_minor,
                refund_id=_id_of(one),
                made_at=one.made_at,
            )
            for one in paybacks
            if one.is_ours
        ],
        returns=[
            Open(
                pk=one.pk,
                lines=frozenset(lines.get(one.pk, ())),
                due_minor=one.due_minor,
                ours_minor=ours.get(one.pk, 0),
                requested_at=one.requested_at,
                received_at=one.received_at,
            )
            for one in returns
        ],
    )


def _keep(
    answers: Answers,
    *,
    refunds: Sequence[Refund],
    paybacks: Sequence[Payback],
    returns: Sequence[Return],
    now: datetime,
) -> int:
    """Bring the rows to what was worked out. Returns how many refunds found their place anew."""
    by_pk = {one.pk: one for one in refunds}
    asked_of = {one.pk: one for one in returns}
    refund_of = {payback: refund for refund, payback in answers.of_ours.items()}
    moved = 0
    for payback in paybacks:
        is_wrong = not payback.is_ours and answers.by_shop.get(payback.refund_id or 0) != (
            payback.asked_id
        )
        if is_wrong:
            payback.delete()
        elif (
            payback.is_ours
            and payback.refund_id in by_pk
            and payback.refund_id != refund_of.get(payback.pk)
        ):
            payback.refund = None
            payback.save(update_fields=["refund"])
    for payback in paybacks:
        found = by_pk.get(refund_of.get(payback.pk, 0))
        if not payback.is_ours or found is None or payback.refund_id == found.pk:
            continue
        payback.refund = found
        payback.save(update_fields=["refund"])
        moved += 1
        if payback.status == S.WAITING and payback.asked_id in asked_of:
            payback_done(payback=payback, asked=asked_of[payback.asked_id], now=now)
    known = {one.refund_id for one in paybacks if not one.is_ours and one.pk}
    for refund_id, asked_id in answers.by_shop.items():
        if refund_id in known:
            continue
        moved += 1
        made = _paid_by_shop(by_pk[refund_id], asked=asked_of[asked_id], now=now)
        payback_done(payback=made, asked=asked_of[asked_id], now=now)
    for asked in returns:
        settle_return(asked=asked, now=now)
    return moved


def _id_of(payback: Payback) -> str:
    """The refund's own id, as the shop's system answered: ``gid://shopify/Refund/7`` is 7."""
    answer = payback.command.answer if payback.command is not None else {}
    return str((answer or {}).get("id") or "").rpartition("/")[2]


def _paid_by_shop(refund: Refund, *, asked: Return, now: datetime) -> Payback:
    return Payback.objects.create(
        store_id=asked.store_id,
        asked=asked,
        order_id=asked.order_id,
        kind=Payback.Kind.REFUND,
        status=S.DONE,
        once=f"shop:{refund.pk}",
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        refund=refund,
        is_ours=False,
        made_at=refund.happened_at,
        settled_at=now,
    )
