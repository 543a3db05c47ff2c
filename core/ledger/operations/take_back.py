"""Take back what was given, at the rate it was given by; what is spent already becomes a debt."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from core.ledger.errors import AlreadyReversed, BadAmount, NotReversible
from core.ledger.models import Lot, Movement
from core.ledger.operations.open_purse import lock_purse_of_lots
from core.ledger.operations.post import (
    Posted,
    Purpose,
    Step,
    claim_keys,
    digest_of,
    found,
    whole,
    write_steps,
)


def share_of(*, amount: int, basis: int, basis_back: int) -> int:
    """How much of `amount`, given for `basis`, belongs to `basis_back` of it; halves up.

    Computed from the whole each time, so that the parts of any sequence add up to `amount` when
    all of the basis is back, and are never more than half a unit off before. Pure.
    """
    return (2 * amount * min(basis_back, basis) + basis) // (2 * basis)


def take_back(
    *,
    earned: Movement,
    key: str,
    basis_back: int | None = None,
    amount: int | None = None,
    subject: str = "",
    reason: str = "",
    by: str = "",
    now: datetime,
) -> Posted:
    """Take back part of an earning, once for its key: `amount` units, or the share that belongs to
    `basis_back` of what it was given for; neither: all that is left of it.

    From what is pending of it, then what can be spent of it, then what else the owner can spend;
    the rest is a debt that later earnings pay. A share that rounds to nothing is written, too, so
    that the next one counts on. Never more than was given in all. Raises `AlreadyReversed`,
    `NotReversible` (no earning, or one without a rate), `BadAmount`, `KeyReused`.
    """
    if earned.kind != Movement.Kind.EARN or (basis_back is not None and earned.basis is None):
        raise NotReversible("Only an earning can be taken back, by part only with its basis.")
    if basis_back is not None and amount is not None:
        raise BadAmount("Either an amount or a part of the basis.")
    for number in (basis_back, amount):
        if number is not None:
            whole(number)
    wish = digest_of(kind="take_back", earned=earned.pk, basis=basis_back, amount=amount)
    with transaction.atomic():
        lot_id = Lot.objects.values_list("pk", flat=True).get(earned_by=earned)
        purse = lock_purse_of_lots(lot_ids=[lot_id])
        if (earlier := found(key=key, digest=wish)) is not None:
            return earlier
        lot = Lot.objects.get(pk=lot_id)
        wanted = _wanted(lot=lot, earned=earned, basis_back=basis_back, amount=amount)
        movement = Movement(
            store_id=earned.store_id,
            unit_id=earned.unit_id,
            purse=purse,
            kind=Movement.Kind.TAKE_BACK,
            key=key,
            digest=wish,
            amount=wanted,
            basis=basis_back,
            reverses=earned,
            subject=subject or earned.subject,
            reason=reason[:200],
            by=by[:160],
            happened_at=now,
        )
        posted = claim_keys([movement])[key]
        if posted.is_new:
            Lot.objects.filter(pk=lot.pk).update(
                taken_back=F("taken_back") + wanted,
                basis_back=F("basis_back") + (basis_back or 0),
            )
            steps = _steps(lot, wanted=wanted)
            if steps:
                write_steps({movement.pk: steps}, movements={movement.pk: movement})
    return posted


def _wanted(*, lot: Lot, earned: Movement, basis_back: int | None, amount: int | None) -> int:
    left = lot.amount - lot.taken_back
    if left == 0 or (amount is not None and amount > left):
        raise AlreadyReversed(f"Only {left} of {lot.amount} are left to be taken back.")
    if basis_back is None or earned.basis is None:
        return left if amount is None else amount
    due = share_of(amount=lot.amount, basis=earned.basis, basis_back=lot.basis_back + basis_back)
    return min(max(due - lot.taken_back, 0), left)


def _steps(lot: Lot, *, wanted: int) -> list[Step]:
    """From where, in this order: nobody owes what they have not spent."""
    others = Lot.objects.filter(purse=lot.purse_id, available__gt=0).exclude(pk=lot.pk)
    sources: list[tuple[Purpose, int, int | None]] = [
        (Purpose.PENDING, lot.pending, lot.pk),
        (Purpose.AVAILABLE, lot.available, lot.pk),
        (Purpose.EXPIRED, lot.expired, lot.pk),
        *(
            (Purpose.AVAILABLE, other.available, other.pk)
            for other in others.order_by(F("expires_at").asc(nulls_last=True), "pk")
        ),
        (Purpose.DEBT, wanted, None),
    ]
    steps = []
    left = wanted
    for purpose, there, lot_id in sources:
        if part := min(left, there):
            steps.append(
                Step(from_purpose=purpose, to_purpose=Purpose.ISSUED, amount=part, lot_id=lot_id)
            )
            left -= part
    return steps
