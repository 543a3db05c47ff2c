"""Find out which order a declared withdrawal means, and carry it out."""

from datetime import datetime

from django.db.models import Q

from orders.email_address import normalize_email
from orders.models import Order, Return, WithdrawalStatement
from orders.operations.ask_return import ReturnNotOffered
from orders.operations.withdraw_order import withdraw_order
from orders.order_numbers import spellings

Status = WithdrawalStatement.Status


def match_withdrawal(*, statement_id: int, now: datetime) -> Return | None:
    """The withdrawal that it became; None where a person has to look. Told twice, it happens once.

    It counts from the moment it was declared, not from when we got round to it. Inside the store's
    scope and a transaction.
    """
    stated = WithdrawalStatement.objects.select_for_update().filter(pk=statement_id).first()
    if stated is None or stated.status != Status.NEW:
        return stated.asked if stated is not None else None
    order = _meant(stated)
    if order is None:
        _open(stated, "No order of that number and e-mail.")
        return None
    try:
        stated.asked = withdraw_order(
            order=order,
            name=stated.name,
            email=stated.email,
            once=f"stated:{stated.public_id.hex}",
            now=stated.stated_at,
        )
    except ReturnNotOffered as no:
        _open(stated, f"Order {order.number}: {no.reason.replace('_', ' ')}.")
        return None
    stated.status = Status.MATCHED
    stated.save(update_fields=["asked", "status"])
    return stated.asked


def _meant(stated: WithdrawalStatement) -> Order | None:
    email = normalize_email(stated.email)
    if not email:
        return None
    return (
        Order.objects.select_related("customer", "store")
        .filter(
            Q(email=email) | Q(customer__email=email),
            store_id=stated.store_id,
            number__in=spellings(stated.order_number),
            deleted_at__isnull=True,
        )
        .order_by("-placed_at")
        .first()
    )


def _open(stated: WithdrawalStatement, problem: str) -> None:
    stated.status, stated.problem = Status.OPEN, problem[:200]
    stated.save(update_fields=["status", "problem"])
