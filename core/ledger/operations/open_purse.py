"""Purses are made when they are first needed, and locked in the order of their numbers."""

from collections.abc import Collection, Iterable

from core.ledger.models import Lot, Purse, Unit
from core.ledger.owner import Owner


def open_purses(*, unit: Unit, owners: Collection[Owner]) -> dict[Owner, Purse]:
    """The purses of these owners, locked until the transaction ends; missing ones are made.

    Two statements, three where some are new. Inside the store's scope and a transaction.
    """
    wanted = sorted(set(owners))
    found = _locked(unit=unit, owners=wanted)
    missing = [owner for owner in wanted if owner not in found]
    if missing:
        Purse.objects.insert_new(
            [
                Purse(
                    store_id=unit.store_id,
                    unit=unit,
                    owner_kind=owner.kind,
                    owner_id=owner.id,
                )
                for owner in missing
            ],
            key=("owner_kind", "owner_id"),
        )
        found = _locked(unit=unit, owners=wanted)
    return found


def _locked(*, unit: Unit, owners: Iterable[Owner]) -> dict[Owner, Purse]:
    by_kind: dict[str, list[str]] = {}
    for owner in owners:
        by_kind.setdefault(owner.kind, []).append(owner.id)
    ids = [
        pk
        for kind, names in by_kind.items()
        for pk in Purse.objects.filter(unit=unit, owner_kind=kind, owner_id__in=names).values_list(
            "pk", flat=True
        )
    ]
    return {Owner(row.owner_kind, row.owner_id): row for row in lock_purses(ids=ids)}


def lock_purses(*, ids: Iterable[int]) -> list[Purse]:
    """These purses, locked in the order of their numbers until the transaction ends."""
    rows = Purse.objects.select_for_update(of=("self",)).select_related("unit")
    return list(rows.filter(pk__in=set(ids)).order_by("pk"))


def lock_purse_of_lots(*, lot_ids: Collection[int]) -> Purse:
    """The purse that these lots of one owner lie in, locked. A merge may carry them meanwhile."""
    while True:
        seen = Lot.objects.filter(pk__in=lot_ids).values_list("purse_id", flat=True)
        (before,) = set(seen)
        (purse,) = lock_purses(ids=[before])
        if set(seen.all()) == {before}:
            return purse
