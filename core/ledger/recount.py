"""The recount: everything that is kept, worked out again from the entries alone.

Sums are made by the database, so that a large ledger does not pass through memory; what comes back
are the differences only. Every statement is read-only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the entries say. `what` names the row, `kept` and `counted` differ."""

    what: str
    kept: int
    counted: int

    def __str__(self) -> str:
        return f"{self.what}: {self.kept} is kept, the entries say {self.counted}"


# Each: (words for the row, statement giving row number, kept, counted of what differs).
_SIGNED = """
    SELECT from_account_id AS account_id, -amount AS amount FROM ledger_entry WHERE store_id = %s
    UNION ALL
    SELECT to_account_id, amount FROM ledger_entry WHERE store_id = %s
"""
_BALANCES = f"""
    SELECT a.id, a.balance, COALESCE(c.counted, 0)
    FROM ledger_account a
    LEFT JOIN (SELECT account_id, SUM(amount) AS counted FROM ({_SIGNED}) AS s GROUP BY account_id) c
      ON c.account_id = a.id
    WHERE a.store_id = %s AND a.balance <> COALESCE(c.counted, 0)
"""  # noqa: S608 (constants)
_LOT_PART = """
    SELECT l.id, l.{part}, COALESCE(c.counted, 0)
    FROM ledger_lot l
    LEFT JOIN (
      SELECT e.lot_id, SUM(CASE WHEN t.purpose = '{part}' THEN e.amount ELSE 0 END)
                     - SUM(CASE WHEN f.purpose = '{part}' THEN e.amount ELSE 0 END) AS counted
      FROM ledger_entry e
      JOIN ledger_account f ON f.id = e.from_account_id
      JOIN ledger_account t ON t.id = e.to_account_id
      WHERE e.store_id = %s AND e.lot_id IS NOT NULL
      GROUP BY e.lot_id
    ) c ON c.lot_id = l.id
    WHERE l.store_id = %s AND l.{part} <> COALESCE(c.counted, 0)
"""
_LOTS_IN_ACCOUNTS = """
    SELECT a.id, a.balance, COALESCE(c.counted, 0)
    FROM ledger_account a
    LEFT JOIN (
      SELECT purse_id, SUM({part}) AS counted FROM ledger_lot WHERE store_id = %s GROUP BY purse_id
    ) c ON c.purse_id = a.purse_id
    WHERE a.store_id = %s AND a.purpose = '{part}' AND a.balance <> COALESCE(c.counted, 0)
"""
_TAKEN_BACK = """
    SELECT l.id, l.{kept}, COALESCE(c.counted, 0)
    FROM ledger_lot l
    LEFT JOIN (
      SELECT reverses_id, SUM({said}) AS counted FROM ledger_movement
      WHERE store_id = %s AND kind = 'take_back' GROUP BY reverses_id
    ) c ON c.reverses_id = l.earned_by_id
    WHERE l.store_id = %s AND l.{kept} <> COALESCE(c.counted, 0)
"""
# What a movement says against what its entries moved; carrying also moves what was spent and owed.
_AMOUNTS = """
    SELECT m.id, m.amount, COALESCE(c.counted, 0)
    FROM ledger_movement m
    LEFT JOIN (
      SELECT movement_id, SUM(amount) AS counted FROM ledger_entry WHERE store_id = %s
      GROUP BY movement_id
    ) c ON c.movement_id = m.id
    LEFT JOIN ledger_movement h ON h.id = m.settles_id
    WHERE m.store_id = %s AND m.kind <> 'carry'
      AND COALESCE(c.counted, 0) <> CASE WHEN m.settles_id IS NULL THEN m.amount ELSE h.amount END
"""
_GIVEN_BACK = """
    SELECT m.id, m.amount, SUM(b.amount)
    FROM ledger_movement m JOIN ledger_movement b ON b.reverses_id = m.id
    WHERE b.store_id = %s AND m.store_id = %s
    GROUP BY m.id, m.amount HAVING SUM(b.amount) > m.amount
"""
_LOTS_BORN = """
    SELECT l.id, l.amount, m.amount
    FROM ledger_lot l JOIN ledger_movement m ON m.id = l.earned_by_id
    WHERE l.store_id = %s AND m.store_id = %s AND (l.amount <> m.amount OR m.kind <> 'earn')
"""
_UNBORN = """
    SELECT m.id, m.amount, 0
    FROM ledger_movement m LEFT JOIN ledger_lot l ON l.earned_by_id = m.id
    WHERE m.store_id = %s AND m.store_id = %s AND m.kind = 'earn' AND l.id IS NULL
"""
_SUMS = """
    SELECT p.unit_id, SUM(a.balance), 0
    FROM ledger_account a JOIN ledger_purse p ON p.id = a.purse_id
    WHERE a.store_id = %s AND p.store_id = %s
    GROUP BY p.unit_id HAVING SUM(a.balance) <> 0
"""
_PARTS = ("pending", "available", "held", "expired")
CHECKS: tuple[tuple[str, str], ...] = (
    ("Balance of account", _BALANCES),
    ("Sum of all accounts of unit", _SUMS),
    *((f"{part.capitalize()} of lot", _LOT_PART.format(part=part)) for part in _PARTS),
    *((f"Lots against {part} of account", _LOTS_IN_ACCOUNTS.format(part=part)) for part in _PARTS),
    ("Taken back of lot", _TAKEN_BACK.format(kept="taken_back", said="amount")),
    ("Basis taken back of lot", _TAKEN_BACK.format(kept="basis_back", said="COALESCE(basis, 0)")),
    ("Amount of movement", _AMOUNTS),
    ("Reversed of movement", _GIVEN_BACK),
    ("Amount of lot", _LOTS_BORN),
    ("Lot of movement", _UNBORN),
)


def differences(*, store_id: int) -> Iterator[Difference]:
    """Everything of this store that is not as its entries say. A fixed number of statements."""
    for what, statement in CHECKS:
        with connection.cursor() as cursor:
            cursor.execute(statement, [store_id] * statement.count("%s"))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        for number, kept, counted in rows:
            yield Difference(what=f"{what} {number}", kept=int(kept), counted=int(counted))
