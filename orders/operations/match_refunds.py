"""Compare returns with the refunds that the shop tells of: nothing is given twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from orders.models import Order, Payback, Refund, Return
from orders.operations.settle_return import payback_done, settle_return

S = Payback.Status
CLOCKS_DIFFER = timedelta(hours=1)


def match_refunds(*, order_id: int, now: datetime) -> int:
    """Settle with each refund of the order what it answers; how many were new to us. Inside the
    store's scope.

    A refund belongs to one payback at most, and one without is counted as given elsewhere. Told
    twice, late or in another order, it changes nothing.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
        if order is None or not Return.objects.filter(order=order).exists():
            return 0
        returns = list(
            Return.objects.select_for_update(of=("self",)).filter(order=order).order_by("pk")
        )
        fresh = Refund.objects.filter(
            order=order, deleted_at__isnull=True, amount_minor__gt=0, payback__isnull=True
        ).order_by("happened_at", "pk")
        matched = 0
        for refund in fresh:
            payback = _waiting_for(refund, order=order) or _told_by_shop(
                refund, returns=returns, now=now
            )
            if payback is None:
                continue
            payback.refund = refund
            payback.save(update_fields=["refund"])
            asked = next(row for row in returns if row.pk == payback.asked_id)
            if payback.status == S.WAITING or not payback.is_ours:
                payback_done(payback=payback, asked=asked, now=now)
            matched += 1
        for asked in returns:
            settle_return(asked=asked, now=now)
    return matched


def _waiting_for(refund: Refund, *, order: Order) -> Payback | None:
    """Ours: by the id that the shop's system answered, else by its amount, the oldest first."""
    ours = list(
        Payback.objects.filter(order=order, kind=Payback.Kind.REFUND, refund__isnull=True)
        .exclude(status=S.FAILED)
        .select_related("command")
        .order_by("pk")
    )
    for payback in ours:
        if payback.command is not None and _id_of(payback) == refund.external_id:
            return payback
    same = [
        payback
        for payback in ours
        if payback.amount_minor == refund.amount_minor
        and refund.happened_at >= payback.made_at - CLOCKS_DIFFER
        and not (_id_of(payback) and payback.status == S.DONE)
    ]
    return next(iter(same), None)


def _id_of(payback: Payback) -> str:
    """The refund's own id, as the shop's system answered: ``gid://shopify/Refund/7`` is 7."""
    answer = payback.command.answer if payback.command is not None else {}
    return str((answer or {}).get("id") or "").rpartition("/")[2]


def _told_by_shop(refund: Refund, *, returns: Sequence[Return], now: datetime) -> Payback | None:
    """The shop paid back by itself: the open return whose goods it names; without names, the only one
    that it can mean."""
    # A return for which we are paying ourselves is answered by that alone.
    open_ones = [
        row
        for row in returns
        if row.status in Return.UNDER_WAY
        and row.requested_at <= refund.happened_at + CLOCKS_DIFFER
        and not row.paybacks.filter(status=S.WAITING).exists()
    ]
    named = {str(part.get("line_external_id")) for part in refund.lines if part}
    if named - {""}:
        of_lines = [
            row for row in open_ones if row.lines.filter(order_line__external_id__in=named).exists()
        ]
        found = of_lines[0] if of_lines else None
    else:
        meant = [
            row
            for row in open_ones
            if row.status == Return.Status.RECEIVED
            or row.due_minor - row.paid_back_minor == refund.amount_minor
        ]
        found = meant[0] if len(meant) == 1 else None
    if found is None:
        return None
    return Payback.objects.create(
        store_id=found.store_id,
        asked=found,
        order_id=found.order_id,
        kind=Payback.Kind.REFUND,
        status=S.DONE,
        once=f"shop:{refund.pk}",
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        is_ours=False,
        made_at=refund.happened_at,
        settled_at=now,
    )
