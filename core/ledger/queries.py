"""What there is to read: balances, lots, history and what a shop owes. Fixed numbers of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Sum

from core.ledger.models import Account, Lot, Movement, Unit
from core.ledger.owner import Owner

Purpose = Account.Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an owner has. `available` leaves out what is over and only waits to be expired."""

    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability:
    """What a shop has given in a unit, and where it is now. All positive."""

    pending: int
    available: int
    held: int
    debt: int
    spent: int
    expired: int
    issued: int


def balance(*, unit: Unit, owner: Owner, now: datetime) -> Balance:
    """What the owner has in this unit at `now`. Two queries. Inside the store's scope."""
    whose = {"purse__unit": unit, "purse__owner_kind": owner.kind, "purse__owner_id": owner.id}
    there = dict(Account.objects.filter(**whose).values_list("purpose", "balance"))
    over = Lot.objects.filter(**whose, available__gt=0, expires_at__lte=now)
    return Balance(
        available=there.get(Purpose.AVAILABLE, 0)
        - (over.aggregate(total=Sum("available"))["total"] or 0),
        pending=there.get(Purpose.PENDING, 0),
        held=there.get(Purpose.HELD, 0),
        debt=-there.get(Purpose.DEBT, 0),
    )


def lots(*, unit: Unit, owner: Owner, now: datetime) -> list[Lot]:
    """What is left and when it expires, pending lots included; first to expire first. One query."""
    return list(
        Lot.objects.filter(
            Q(pending__gt=0) | Q(available__gt=0) & _lasting(now),
            purse__unit=unit,
            purse__owner_kind=owner.kind,
            purse__owner_id=owner.id,
        )
        .select_related("earned_by")
        .order_by(F("expires_at").asc(nulls_last=True), "pk")
    )


def history(
    *,
    unit: Unit,
    owners: Collection[Owner],
    before: int | None = None,
    size: int = 20,
) -> Sequence[Movement]:
    """The latest movements of these owners (one person, and whoever was merged into them), newest
    first. `before`: the row number that the last page ended with. One query."""
    whose = Q()
    for owner in owners:
        whose |= Q(purse__owner_kind=owner.kind, purse__owner_id=owner.id)
    rows = Movement.objects.filter(whose, purse__unit=unit)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("lot").order_by("-pk")[:size])


def liability(*, unit: Unit) -> Liability:
    """What all owners together have in this unit. One query."""
    sums = dict(
        Account.objects.filter(purse__unit=unit)
        .values("purpose")
        .annotate(total=Sum("balance"))
        .values_list("purpose", "total")
    )
    return Liability(**{purpose.value: abs(sums.get(purpose, 0)) for purpose in Purpose})


def _lasting(now: datetime) -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__gt=now)
