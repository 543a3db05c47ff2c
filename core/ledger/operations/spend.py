"""Spend units, those that expire first before the others; or set them aside until it is sure."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from core.ledger.errors import NotEnough
from core.ledger.models import Lot, Movement, Unit
from core.ledger.operations.open_purse import open_purses
from core.ledger.operations.post import (
    Posted,
    Purpose,
    Step,
    claim_keys,
    digest_of,
    whole,
    write_steps,
)
from core.ledger.owner import Owner


def spend(
    *,
    unit: Unit,
    owner: Owner,
    amount: int,
    key: str,
    subject: str = "",
    reason: str = "",
    by: str = "",
    now: datetime,
) -> Posted:
    """Spend `amount`, once for its key. Inside the store's scope.

    Raises `NotEnough` (nothing is spent then, and the key stays free), `BadAmount`, `KeyReused`.
    """
    return _take(
        kind=Movement.Kind.SPEND, goal=Purpose.SPENT, unit=unit, owner=owner, amount=amount,
        key=key, subject=subject, reason=reason, by=by, now=now,
    )  # fmt: skip


def hold(
    *,
    unit: Unit,
    owner: Owner,
    amount: int,
    key: str,
    subject: str = "",
    reason: str = "",
    by: str = "",
    now: datetime,
) -> Posted:
    """Set `amount` aside for what is under way; settle it with `capture` or `void`. As `spend`."""
    return _take(
        kind=Movement.Kind.HOLD, goal=Purpose.HELD, unit=unit, owner=owner, amount=amount,
        key=key, subject=subject, reason=reason, by=by, now=now,
    )  # fmt: skip


def _take(
    *,
    kind: Movement.Kind,
    goal: Purpose,
    unit: Unit,
    owner: Owner,
    amount: int,
    key: str,
    subject: str,
    reason: str,
    by: str,
    now: datetime,
) -> Posted:
    whole(amount)
    with transaction.atomic():
        purse = open_purses(unit=unit, owners=[owner])[owner]
        movement = Movement(
            store_id=unit.store_id,
            unit=unit,
            purse=purse,
            kind=kind,
            key=key,
            digest=digest_of(kind=kind.value, unit=unit.code, owner=owner, amount=amount),
            amount=amount,
            subject=subject,
            reason=reason[:200],
            by=by[:160],
            happened_at=now,
        )
        posted = claim_keys([movement])[key]
        if posted.is_new:
            parts = from_lots(spendable_lots(purse_id=purse.pk, now=now), amount=amount)
            steps = [
                Step(from_purpose=Purpose.AVAILABLE, to_purpose=goal, amount=part, lot_id=lot.pk)
                for lot, part in parts
            ]
            write_steps({movement.pk: steps}, movements={movement.pk: movement})
    return posted


def spendable_lots(*, purse_id: int, now: datetime) -> list[Lot]:
    """What can be spent at `now`, first to expire first; what never expires comes last."""
    return list(
        Lot.objects.filter(purse_id=purse_id, available__gt=0)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .order_by(F("expires_at").asc(nulls_last=True), "pk")
    )


def from_lots(lots: list[Lot], *, amount: int) -> list[tuple[Lot, int]]:
    """How much to take from which lot, in their order. Raises `NotEnough`."""
    parts = []
    left = amount
    for lot in lots:
        if part := min(left, lot.available):
            parts.append((lot, part))
            left -= part
    if left:
        raise NotEnough(asked=amount, available=amount - left)
    return parts
