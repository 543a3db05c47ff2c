"""A customer pays with store credit."""

from datetime import datetime

from django.db import transaction

from core.events.spine import record
from core.ledger.operations.open_unit import open_unit
from core.ledger.operations.post import Posted
from core.ledger.operations.spend import spend
from orders.credit import owner_of, unit_code
from orders.events import CreditSpent
from orders.models import Customer
from orders.operations.give_credit import who_remains


def spend_credit(
    *,
    customer: Customer,
    amount_minor: int,
    currency: str,
    occasion: str,
    reason: str,
    by: str,
    subject: str = "",
    now: datetime,
) -> Posted:
    """Spend that much of a customer's credit, once for the occasion; what expires first goes first.

    Records credit.spent. Inside the store's scope. Raises `NotEnough` (nothing is spent then),
    `BadAmount`, `KeyReused`.
    """
    with transaction.atomic():
        kept = who_remains(customer)
        posted = spend(
            unit=open_unit(store_id=kept.store_id, code=unit_code(currency), currency=currency),
            owner=owner_of(kept.pk),
            amount=amount_minor,
            key=f"credit:{occasion}",
            subject=subject,
            reason=reason,
            by=by,
            now=now,
        )
        if posted.is_new:
            record(
                news=CreditSpent(
                    customer_id=kept.pk,
                    movement_id=posted.movement.pk,
                    amount_minor=amount_minor,
                    currency=currency,
                ),
                store_id=kept.store_id,
                subject=f"customer:{kept.pk}",
                key=str(posted.movement.pk),
                occurred_at=now,
                origin="live",
                now=now,
            )
    return posted
