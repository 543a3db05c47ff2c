"""Give a customer store credit: for a return, an exchange, as a word of apology."""

from datetime import datetime

from django.db import transaction

from core.events.event import Origin
from core.events.spine import record
from core.ledger.errors import KeyReused
from core.ledger.models import Movement
from core.ledger.operations.earn import Grant, earn
from core.ledger.operations.open_unit import open_unit
from core.ledger.operations.post import Posted
from orders.credit import NO_BONUS, Bonus, owner_of, unit_code
from orders.events import CreditGiven
from orders.models import Customer


def give_credit(
    *,
    customer: Customer,
    amount_minor: int,
    currency: str,
    occasion: str,
    reason: str,
    by: str,
    bonus: Bonus = NO_BONUS,
    expires_at: datetime | None = None,
    subject: str = "",
    origin: Origin = "live",
    now: datetime,
) -> Posted:
    """Credit of `amount_minor` and its bonus, once for the occasion (``return:12``), whoever asks.

    Both are one lot: what is taken back later of the amount takes the bonus along, pro rata. A debt
    is paid first. Records credit.given. Inside the store's scope. Raises `BadAmount`, and
    `KeyReused` where the occasion stands for another gift.
    """
    with transaction.atomic():
        kept = who_remains(customer)
        unit = open_unit(store_id=kept.store_id, code=unit_code(currency), currency=currency)
        total = amount_minor + bonus.on(amount_minor)
        key = f"credit:{occasion}"

        def grant_to(customer_id: int) -> Grant:
            return Grant(
                owner=owner_of(customer_id),
                amount=total,
                basis=amount_minor,
                key=key,
                expires_at=expires_at,
                subject=subject,
                reason=reason,
                by=by,
            )

        try:
            posted = earn(unit=unit, grant=grant_to(kept.pk), now=now)
        except KeyReused:
            earlier = _merged_owner(key, kept=kept)
            if earlier is None:
                raise
            posted = earn(unit=unit, grant=grant_to(earlier), now=now)
        if posted.is_new:
            record(
                news=CreditGiven(
                    customer_id=kept.pk,
                    movement_id=posted.movement.pk,
                    amount_minor=total,
                    currency=currency,
                ),
                store_id=kept.store_id,
                subject=f"customer:{kept.pk}",
                key=str(posted.movement.pk),
                occurred_at=now,
                origin=origin,
                now=now,
            )
    return posted


def who_remains(customer: Customer) -> Customer:
    """The customer, or whom they were merged into, locked: a merge waits, or was before."""
    row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if row.merged_into_id is None:
        return row
    return Customer.objects.select_for_update(of=("self",)).get(pk=row.merged_into_id)


def _merged_owner(key: str, *, kept: Customer) -> int | None:
    """The occasion was kept for somebody who has been merged into `kept` since: their number."""
    movement = Movement.objects.select_related("purse").get(key=key)
    same = Customer.objects.filter(pk=int(movement.purse.owner_id), merged_into=kept)
    return same.values_list("pk", flat=True).first()
