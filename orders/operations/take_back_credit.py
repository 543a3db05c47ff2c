"""Take store credit back: a return was withdrawn, or was not what it seemed."""

from datetime import datetime

from django.db import transaction

from core.events.spine import record
from core.ledger.models import Movement
from core.ledger.operations.post import Posted
from core.ledger.operations.take_back import take_back
from orders.events import CreditTakenBack


class NoSuchCredit(LookupError):
    """No credit was given for that occasion."""


def take_back_credit(
    *,
    given_for: str,
    occasion: str,
    amount_minor: int | None = None,
    reason: str,
    by: str,
    now: datetime,
) -> Posted:
    """Take back the credit given for an occasion, once for an occasion of its own.

    `amount_minor` of what was given without its bonus (None: all that is left): the bonus goes
    along, pro rata. What is spent already becomes a debt that the next credit pays. Records
    credit.taken_back. Inside the store's scope. Raises `NoSuchCredit`, `AlreadyReversed`,
    `BadAmount`, `KeyReused`.
    """
    with transaction.atomic():
        given = (
            Movement.objects.select_related("unit")
            .filter(key=f"credit:{given_for}", kind=Movement.Kind.EARN)
            .first()
        )
        if given is None:
            raise NoSuchCredit(f"No credit was given for {given_for}.")
        posted = take_back(
            earned=given,
            key=f"credit:{occasion}",
            basis_back=amount_minor,
            reason=reason,
            by=by,
            now=now,
        )
        if posted.is_new:
            customer_id = int(posted.movement.purse.owner_id)
            record(
                news=CreditTakenBack(
                    customer_id=customer_id,
                    movement_id=posted.movement.pk,
                    amount_minor=posted.movement.amount,
                    currency=given.unit.currency,
                ),
                store_id=given.store_id,
                subject=f"customer:{customer_id}",
                key=str(posted.movement.pk),
                occurred_at=now,
                origin="live",
                now=now,
            )
    return posted
