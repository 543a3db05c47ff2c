"""Two owners turn out to be one: everything is carried over, by movements. History stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from core.ledger.models import Account, Lot, Movement, Purse
from core.ledger.operations.earn import debts
from core.ledger.operations.open_purse import open_purses
from core.ledger.operations.post import Purpose, Step, claim_keys, digest_of, write_steps
from core.ledger.owner import Owner


def carry(*, store_id: int, gone: Owner, kept: Owner, now: datetime) -> int:
    """Carry all that `gone` has, was given, spent and owes over to `kept`; how many units it was in.

    Lots go along whole, so that what was earned or spent before can still be reversed. What one of
    the two owed is paid from what the other has. A repeat carries what has come since. Inside the
    store's scope.
    """
    if gone == kept:
        return 0
    with transaction.atomic():
        purses = Purse.objects.filter(
            store_id=store_id, owner_kind=gone.kind, owner_id=gone.id
        ).select_related("unit")
        return sum(_carry(purse, gone=gone, kept=kept, now=now) for purse in purses)


def _carry(purse: Purse, *, gone: Owner, kept: Owner, now: datetime) -> bool:
    both = open_purses(unit=purse.unit, owners=[gone, kept])
    source, goal = both[gone], both[kept]
    lots = Lot.objects.filter(purse=source)
    balances = dict(
        Account.objects.filter(purse=source)
        .exclude(balance=0)
        .order_by("purpose")
        .values_list("purpose", "balance")
    )
    if not balances and not lots.exists():
        return False
    movement = Movement(
        store_id=purse.store_id,
        unit_id=purse.unit_id,
        purse=goal,
        kind=Movement.Kind.CARRY,
        digest=digest_of(kind="carry", gone=gone, kept=kept),
        amount=sum(balances.get(purpose, 0) for purpose in ("pending", "available", "held")),
        happened_at=now,
    )
    movement.key = f"ledger:carry:{source.pk}:{goal.pk}:{movement.public_id}"
    claim_keys([movement])
    steps = _lots_over(lots, source=source, goal=goal) + _rest_over(
        balances, source=source, goal=goal
    )
    lots.update(purse=goal)
    if steps:
        write_steps({movement.pk: steps}, movements={movement.pk: movement})
    _even_out(movement)
    return True


def _lots_over(lots: QuerySet[Lot], *, source: Purse, goal: Purse) -> list[Step]:
    """What lies in lots, lot by lot."""
    return [
        Step(
            from_purpose=purpose,
            from_purse=source.pk,
            to_purpose=purpose,
            to_purse=goal.pk,
            amount=getattr(lot, purpose.value),
            lot_id=lot.pk,
        )
        for lot in lots.order_by("pk")
        for purpose in (Purpose.PENDING, Purpose.AVAILABLE, Purpose.HELD, Purpose.EXPIRED)
        if getattr(lot, purpose.value)
    ]


def _rest_over(balances: dict[str, int], *, source: Purse, goal: Purse) -> list[Step]:
    """What lies in no lot: given and owed, which count below zero, and spent."""
    steps = []
    for purpose in (Purpose.ISSUED, Purpose.DEBT, Purpose.SPENT):
        balance = balances.get(purpose, 0)
        first, second = (source, goal) if balance > 0 else (goal, source)
        if balance:
            steps.append(
                Step(
                    from_purpose=purpose,
                    from_purse=first.pk,
                    to_purpose=purpose,
                    to_purse=second.pk,
                    amount=abs(balance),
                )
            )
    return steps


def _even_out(movement: Movement) -> None:
    """Nobody owes and can spend at the same time."""
    owed = debts({movement.purse_id}).get(movement.purse_id, 0)
    steps = []
    there = Lot.objects.filter(purse=movement.purse_id, available__gt=0)
    for lot in there.order_by(F("expires_at").asc(nulls_last=True), "pk") if owed else ():
        if part := min(owed, lot.available):
            steps.append(
                Step(
                    from_purpose=Purpose.AVAILABLE,
                    to_purpose=Purpose.DEBT,
                    amount=part,
                    lot_id=lot.pk,
                )
            )
            owed -= part
    if steps:
        write_steps({movement.pk: steps}, movements={movement.pk: movement})
