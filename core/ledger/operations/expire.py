"""What was not spent in time expires."""

from datetime import datetime

from django.db import transaction

from core.ledger.models import Lot, Movement, Unit
from core.ledger.operations.open_purse import lock_purses
from core.ledger.operations.post import Purpose, Step, claim_keys, digest_of, write_steps

SLICE = 1000


def expire_due(*, unit: Unit, now: datetime) -> list[Movement]:
    """Expire up to a thousand lots that are over at `now`, in one transaction; their movements.

    Call it until it returns none. What is pending or set aside does not expire meanwhile. The lock
    and what is left in the lot make a repeat do nothing; the key only names the movement. A number
    of statements that grows by the five hundreds. Inside the store's scope.
    """
    with transaction.atomic():
        due = Lot.objects.filter(
            store_id=unit.store_id, purse__unit=unit, available__gt=0, expires_at__lte=now
        )
        seen = dict(due.order_by("expires_at", "pk").values_list("pk", "purse_id")[:SLICE])
        if not seen:
            return []
        locked = lock_purses(ids=seen.values())
        rows = due.filter(pk__in=seen, purse__in=locked)
        lots = list(rows.select_related("purse").order_by("pk"))
        movements = {lot.pk: _movement(lot, now=now) for lot in lots}
        if not movements:
            return []
        claim_keys(list(movements.values()))
        steps = {
            movements[lot.pk].pk: [
                Step(
                    from_purpose=Purpose.AVAILABLE,
                    to_purpose=Purpose.EXPIRED,
                    amount=lot.available,
                    lot_id=lot.pk,
                )
            ]
            for lot in lots
        }
        write_steps(steps, movements={row.pk: row for row in movements.values()})
    return list(movements.values())


def _movement(lot: Lot, *, now: datetime) -> Movement:
    """A lot may come back to life, by a spending that is given back, and expire once more."""
    fresh = Movement(
        store_id=lot.store_id,
        unit_id=lot.purse.unit_id,
        purse=lot.purse,
        kind=Movement.Kind.EXPIRE,
        digest=digest_of(kind="expire", lot=lot.pk, amount=lot.available),
        amount=lot.available,
        happened_at=now,
    )
    fresh.key = f"ledger:expire:{lot.pk}:{fresh.public_id}"
    return fresh
