"""Give somebody units, pending or to be spent at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.ledger.models import Account, Lot, Movement, Purse, Unit
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What to give to whom. `key` makes it the only one of its name in the store, for ever.

    `release_at`: pending until somebody releases it, from then on due; None: to be spent at once.
    `basis` is what it is given for, in the giver's measure (an order's minor units): a partial
    reversal goes by amount / basis. `subject` ``kind:id``; `reason` and `by` for the history.
    """

    owner: Owner
    amount: int
    key: str
    basis: int | None = None
    release_at: datetime | None = None
    expires_at: datetime | None = None
    subject: str = ""
    reason: str = ""
    by: str = ""

    def digest(self, unit: Unit) -> str:
        """What a repeat has to ask for as well: the same amount of the same unit for the same."""
        return digest_of(
            kind="earn", unit=unit.code, owner=self.owner, amount=self.amount, basis=self.basis
        )


def earn(*, unit: Unit, grant: Grant, now: datetime) -> Posted:
    """One grant; see `earn_all`."""
    return earn_all(unit=unit, grants=[grant], now=now)[0]


def earn_all(*, unit: Unit, grants: Sequence[Grant], now: datetime) -> list[Posted]:
    """Give all of these or none, each once for its key; in their order.

    What can be spent at once pays the owner's debt first. A number of statements that does not
    grow with the grants, up to 500 of them. Inside the store's scope. Raises `BadAmount`,
    `KeyReused`; ValueError where two grants share a key.
    """
    for grant in grants:
        whole(grant.amount)
        if grant.basis is not None:
            whole(grant.basis)
    if len({grant.key for grant in grants}) < len(grants):
        raise ValueError("Two grants of one call have the same key.")
    if not grants:
        return []
    with transaction.atomic():
        purses = open_purses(unit=unit, owners={grant.owner for grant in grants})
        drafts = [
            _movement(unit=unit, grant=grant, purse=purses[grant.owner], now=now)
            for grant in grants
        ]
        posted = claim_keys(drafts)
        new = [(grant, posted[grant.key]) for grant in grants if posted[grant.key].is_new]
        if new:
            _write({one.movement: grant for grant, one in new})
    return [posted[grant.key] for grant in grants]


def _movement(*, unit: Unit, grant: Grant, purse: Purse, now: datetime) -> Movement:
    return Movement(
        store_id=unit.store_id,
        unit=unit,
        purse=purse,
        kind=Movement.Kind.EARN,
        key=grant.key,
        digest=grant.digest(unit),
        amount=grant.amount,
        basis=grant.basis,
        subject=grant.subject,
        reason=grant.reason[:200],
        by=grant.by[:160],
        happened_at=now,
    )


def _write(new: Mapping[Movement, Grant]) -> None:
    lots = Lot.objects.insert_new(
        [
            Lot(
                store_id=movement.store_id,
                purse_id=movement.purse_id,
                earned_by=movement,
                amount=grant.amount,
                release_at=grant.release_at,
                expires_at=grant.expires_at,
            )
            for movement, grant in new.items()
        ],
        key=("earned_by_id",),
    )
    lot_of = {lot.earned_by_id: lot.pk for lot in lots}
    owing = debts({movement.purse_id for movement in new})
    steps: dict[int, list[Step]] = {}
    for movement, grant in new.items():
        if grant.release_at is not None:
            goals = [(Purpose.PENDING, grant.amount)]
        else:
            goals = pay_debt_first(owing, purse_id=movement.purse_id, amount=grant.amount)
        steps[movement.pk] = [
            Step(
                from_purpose=Purpose.ISSUED,
                to_purpose=goal,
                amount=amount,
                lot_id=lot_of[movement.pk],
            )
            for goal, amount in goals
        ]
    write_steps(steps, movements={movement.pk: movement for movement in new})


def debts(purse_ids: set[int]) -> dict[int, int]:
    """What the owners of these purses owe, as positive numbers, by purse. The purses are locked."""
    rows = Account.objects.filter(purse_id__in=purse_ids, purpose=Purpose.DEBT, balance__lt=0)
    return {purse: -balance for purse, balance in rows.values_list("purse_id", "balance")}


def pay_debt_first(
    owing: dict[int, int], *, purse_id: int, amount: int
) -> list[tuple[Purpose, int]]:
    """Where `amount` goes that becomes spendable; `owing` is lessened by what it pays."""
    paid = min(amount, owing.get(purse_id, 0))
    if paid:
        owing[purse_id] -= paid
    goals = [(Purpose.DEBT, paid), (Purpose.AVAILABLE, amount - paid)]
    return [(goal, part) for goal, part in goals if part]
