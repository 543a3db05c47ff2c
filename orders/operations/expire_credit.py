"""Store credit that was not used in time."""

from datetime import datetime

from django.db import transaction

from core.events.spine import Fact, record_all
from core.ledger.models import Unit
from core.ledger.operations.expire import expire_due
from core.stores.models import Store
from orders.credit import CREDIT
from orders.events import CreditExpired


def expire_credit(*, store: Store, now: datetime) -> int:
    """Expire what is over at `now`, a thousand lots a transaction, and record credit.expired for
    each; how many. Inside the store's scope."""
    total = 0
    for unit in Unit.objects.filter(code__startswith=CREDIT).order_by("pk"):
        while done := _one_slice(unit=unit, now=now):
            total += done
    return total


def _one_slice(*, unit: Unit, now: datetime) -> int:
    with transaction.atomic():
        movements = expire_due(unit=unit, now=now)
        facts = [
            Fact(
                news=CreditExpired(
                    customer_id=int(movement.purse.owner_id),
                    movement_id=movement.pk,
                    amount_minor=movement.amount,
                    currency=unit.currency,
                ),
                subject=f"customer:{movement.purse.owner_id}",
                key=str(movement.pk),
                occurred_at=now,
            )
            for movement in movements
        ]
        if facts:
            record_all(facts=facts, store_id=unit.store_id, origin="live", now=now)
    return len(movements)
