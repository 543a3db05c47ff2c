"""What was pending may be spent from now on."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from core.ledger.models import Lot, Movement, Unit
from core.ledger.operations.earn import debts, pay_debt_first
from core.ledger.operations.open_purse import lock_purses
from core.ledger.operations.post import Purpose, Step, claim_keys, digest_of, write_steps

SLICE = 1000


def release_due(*, unit: Unit, now: datetime) -> int:
    """Release what is due by `now`, in slices of a thousand lots, a transaction each; how many."""
    total = 0
    while True:
        due = Lot.objects.filter(
            store_id=unit.store_id, purse__unit=unit, pending__gt=0, release_at__lte=now
        )
        ids = list(due.order_by("release_at", "pk").values_list("pk", flat=True)[:SLICE])
        done = release(lot_ids=ids, now=now)
        total += done
        if not done:
            return total


def release(*, lot_ids: Collection[int], now: datetime) -> int:
    """What is pending of these lots can be spent, after their owners' debts; how many lots were.

    A lot that was released or taken back before is passed over. Inside the store's scope.
    """
    if not lot_ids:
        return 0
    with transaction.atomic():
        seen = Lot.objects.filter(pk__in=lot_ids)
        locked = lock_purses(ids=seen.values_list("purse_id", flat=True))
        # One that a merge has carried off meanwhile is left to the next call.
        rows = Lot.objects.filter(pk__in=lot_ids, pending__gt=0, purse__in=locked)
        lots = list(rows.select_related("purse").order_by("pk"))
        if not lots:
            return 0
        movements = {
            lot.pk: Movement(
                store_id=lot.store_id,
                unit_id=lot.purse.unit_id,
                purse_id=lot.purse_id,
                kind=Movement.Kind.RELEASE,
                key=f"ledger:release:{lot.pk}",
                digest=digest_of(kind="release", lot=lot.pk),
                amount=lot.pending,
                happened_at=now,
            )
            for lot in lots
        }
        claim_keys(list(movements.values()))
        owing = debts({lot.purse_id for lot in lots})
        steps = {
            movements[lot.pk].pk: [
                Step(from_purpose=Purpose.PENDING, to_purpose=goal, amount=part, lot_id=lot.pk)
                for goal, part in pay_debt_first(owing, purse_id=lot.purse_id, amount=lot.pending)
            ]
            for lot in lots
        }
        write_steps(steps, movements={row.pk: row for row in movements.values()})
    return len(lots)
