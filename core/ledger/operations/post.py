"""The one place that writes entries: every balance and every lot follows from the same rows.

Private to the ledger's operations. They hold the locks of the purses concerned and have decided
what goes where; here it is written down, set by set.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.ledger.errors import BadAmount, KeyReused
from core.ledger.models import Account, Entry, Lot, Movement

Purpose = Account.Purpose
IN_LOTS = (Purpose.PENDING, Purpose.AVAILABLE, Purpose.HELD, Purpose.EXPIRED)
ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`amount` goes from one purpose to another, in the movement's purse unless `to_purse` says."""

    from_purpose: str
    to_purpose: str
    amount: int
    lot_id: int | None = None
    from_purse: int | None = None
    to_purse: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came of a wish: its movement, and whether it is new or was made by an earlier call."""

    movement: Movement
    is_new: bool


def whole(amount: object) -> int:
    """An amount as the ledger takes it. Raises `BadAmount` for anything but a positive integer."""
    if type(amount) is not int or amount <= 0:
        raise BadAmount(f"{amount!r} is no whole number above zero.")
    return amount


def digest_of(**wish: Any) -> str:
    """The fingerprint of a wish, kept beside its key."""
    return hashlib.sha256(json.dumps(wish, sort_keys=True, default=str).encode()).hexdigest()


def found(*, key: str, digest: str) -> Posted | None:
    """What an earlier call with this key came to. Raises `KeyReused` where it wished for another."""
    movement = Movement.objects.filter(key=key).first()
    if movement is None:
        return None
    if movement.digest != digest:
        raise KeyReused(f"The key {key} stands for another movement.")
    return Posted(movement=movement, is_new=False)


def claim_keys(movements: Sequence[Movement]) -> dict[str, Posted]:
    """Write the movements whose keys are free; those of earlier calls are found again, by key.

    A rival with the same key waits here for the first one's end. Raises `KeyReused` where a key
    stands for another wish. Every new movement must get its entries in the same transaction.
    """
    new = {row.key for row in Movement.objects.insert_new(movements, key=("key",))}
    posted = {row.key: Posted(movement=row, is_new=True) for row in movements if row.pk is not None}
    asked = {row.key: row.digest for row in movements}
    if len(new) < len(asked):
        known = Movement.objects.filter(key__in=asked.keys() - new)
        posted |= {row.key: Posted(movement=row, is_new=False) for row in known}
    for row in movements:
        if posted[row.key].movement.digest != row.digest:
            raise KeyReused(f"The key {row.key} stands for another movement.")
    return posted


def write_steps(steps: Mapping[int, Sequence[Step]], *, movements: Mapping[int, Movement]) -> None:
    """The entries of these movements (by row number), and the balances and lots that follow."""
    places = {place for pk, its in steps.items() for place in _places(movements[pk], its)}
    accounts = _accounts(places, store_id=next(iter(movements.values())).store_id)
    entries = []
    for pk, its in steps.items():
        movement = movements[pk]
        for step in its:
            source = accounts[step.from_purse or movement.purse_id, step.from_purpose]
            goal = accounts[step.to_purse or movement.purse_id, step.to_purpose]
            entries.append(
                Entry(
                    store_id=movement.store_id,
                    movement_id=pk,
                    from_account_id=source,
                    to_account_id=goal,
                    lot_id=step.lot_id,
                    amount=step.amount,
                )
            )
    Entry.objects.bulk_create(entries, batch_size=ROWS_A_STATEMENT)
    _add_to_accounts(entries)
    _add_to_lots([step for its in steps.values() for step in its])


def _places(movement: Movement, steps: Iterable[Step]) -> Iterable[tuple[int, str]]:
    for step in steps:
        yield step.from_purse or movement.purse_id, step.from_purpose
        yield step.to_purse or movement.purse_id, step.to_purpose


def _accounts(places: set[tuple[int, str]], *, store_id: int) -> dict[tuple[int, str], int]:
    """The account of each purse and purpose, opened where it is not; the purses are locked."""
    rows = Account.objects.filter(purse_id__in={purse for purse, _ in places})
    known = {
        (purse, purpose): pk for purse, purpose, pk in rows.values_list("purse_id", "purpose", "pk")
    }
    missing = [
        Account(store_id=store_id, purse_id=purse, purpose=purpose)
        for purse, purpose in sorted(places - known.keys())
    ]
    for row in Account.objects.insert_new(missing, key=("purse_id", "purpose")):
        known[row.purse_id, row.purpose] = row.pk
    return known


def _add_to_accounts(entries: Iterable[Entry]) -> None:
    deltas: dict[int, list[int]] = defaultdict(lambda: [0])
    for entry in entries:
        deltas[entry.from_account_id][0] -= entry.amount
        deltas[entry.to_account_id][0] += entry.amount
    _add(Account, columns=("balance",), deltas=deltas)


def _add_to_lots(steps: Iterable[Step]) -> None:
    deltas: dict[int, list[int]] = defaultdict(lambda: [0] * len(IN_LOTS))
    for step in steps:
        if step.lot_id is None:
            continue
        if step.from_purpose in IN_LOTS:
            deltas[step.lot_id][IN_LOTS.index(Purpose(step.from_purpose))] -= step.amount
        if step.to_purpose in IN_LOTS:
            deltas[step.lot_id][IN_LOTS.index(Purpose(step.to_purpose))] += step.amount
    _add(Lot, columns=tuple(one.value for one in IN_LOTS), deltas=deltas)


def _add(
    model: type[Account] | type[Lot],
    *,
    columns: Sequence[str],
    deltas: Mapping[int, Sequence[int]],
) -> None:
    """Add to these columns, row by row number, 500 rows a statement. The rows' purses are locked,
    and the constraints have the last word."""
    rows = [(pk, *by) for pk, by in sorted(deltas.items()) if any(by)]
    table = model._meta.db_table
    plus = ", ".join(f"{name} = {name} + d.column{n}" for n, name in enumerate(columns, 2))
    one = f"({', '.join(['%s'] * (len(columns) + 1))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            part = rows[start : start + ROWS_A_STATEMENT]
            values = ", ".join([one] * len(part))
            cursor.execute(
                f"UPDATE {table} SET {plus} FROM (VALUES {values}) AS d "  # noqa: S608 (our own names)
                f"WHERE {table}.id = d.column1",
                [value for row in part for value in row],
            )
