"""What was set aside is spent, or let go: one of the two, once."""

from datetime import datetime

from django.db import transaction

from core.ledger.errors import AlreadySettled, BadAmount, NotReversible
from core.ledger.models import Entry, Movement
from core.ledger.operations.earn import debts, pay_debt_first
from core.ledger.operations.open_purse import lock_purse_of_lots
from core.ledger.operations.post import Posted, Purpose, Step, digest_of, whole, write_steps


def capture(*, held: Movement, amount: int | None = None, now: datetime) -> Posted:
    """Spend `amount` of what was set aside (None: all of it); the rest can be spent again.

    A repeat finds the first call's movement. Raises `AlreadySettled` where it was let go, or
    captured in another amount; `BadAmount` for more than was held; `NotReversible` for no hold.
    """
    spent = held.amount if amount is None else whole(amount)
    if spent > held.amount:
        raise BadAmount(f"Only {held.amount} were set aside.")
    return _settle(held, kind=Movement.Kind.CAPTURE, spent=spent, now=now)


def void(*, held: Movement, now: datetime) -> Posted:
    """Let go what was set aside: it can be spent again. Errors as `capture`."""
    return _settle(held, kind=Movement.Kind.VOID, spent=0, now=now)


def _settle(held: Movement, *, kind: Movement.Kind, spent: int, now: datetime) -> Posted:
    if held.kind != Movement.Kind.HOLD:
        raise NotReversible("Only what was set aside can be settled.")
    with transaction.atomic():
        entries = list(Entry.objects.filter(movement=held).order_by("pk"))
        purse = lock_purse_of_lots(lot_ids=[entry.lot_id for entry in entries if entry.lot_id])
        fresh = Movement(
            store_id=held.store_id,
            unit_id=held.unit_id,
            purse=purse,
            kind=kind,
            key=f"ledger:settle:{held.pk}",
            digest=digest_of(kind=kind.value, held=held.pk, spent=spent),
            amount=spent or held.amount,
            settles=held,
            subject=held.subject,
            reason=held.reason,
            by=held.by,
            happened_at=now,
        )
        if not Movement.objects.insert_new([fresh]):
            earlier = Movement.objects.get(settles=held)
            if earlier.digest != fresh.digest:
                raise AlreadySettled("What was set aside has been settled in another way.")
            return Posted(movement=earlier, is_new=False)
        steps = _steps(entries, spent=spent, purse_id=purse.pk)
        write_steps({fresh.pk: steps}, movements={fresh.pk: fresh})
    return Posted(movement=fresh, is_new=True)


def _steps(entries: list[Entry], *, spent: int, purse_id: int) -> list[Step]:
    """First to expire is spent; what is let go pays a debt that came up meanwhile."""
    steps = []
    left = spent
    owing = debts({purse_id})
    for entry in entries:
        part = min(left, entry.amount)
        left -= part
        goals = [(Purpose.SPENT, part)] if part else []
        goals += pay_debt_first(owing, purse_id=purse_id, amount=entry.amount - part)
        steps += [
            Step(from_purpose=Purpose.HELD, to_purpose=goal, amount=some, lot_id=entry.lot_id)
            for goal, some in goals
        ]
    return steps
