"""A ledger as one would write it on a napkin: one person's lots in a list, no database.

It is what the real one is compared with, step by step.
"""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import floor


@dataclass
class NaiveLot:
    number: int
    amount: int
    basis: int | None
    release_at: datetime | None
    expires_at: datetime | None
    pending: int = 0
    available: int = 0
    held: int = 0
    expired: int = 0
    taken_back: int = 0
    basis_back: int = 0

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def rank(self) -> tuple[bool, float, int]:
        """First to expire first, what never expires last, then the older one."""
        when = self.expires_at.timestamp() if self.expires_at else 0.0
        return self.expires_at is None, when, self.number


@dataclass
class NaivePerson:
    lots: list[NaiveLot] = field(default_factory=list)
    debt: int = 0

    def pour(self, lot: NaiveLot, amount: int) -> None:
        """It becomes spendable: the debt first."""
        paid = min(self.debt, amount)
        self.debt -= paid
        lot.available += amount - paid

    def spendable(self, now: datetime) -> list[NaiveLot]:
        return sorted(
            (lot for lot in self.lots if lot.available and not lot.is_over(now)),
            key=NaiveLot.rank,
        )

    def can_spend(self, now: datetime) -> int:
        return sum(lot.available for lot in self.spendable(now))

    def spend(self, amount: int, now: datetime) -> list[tuple[NaiveLot, int]]:
        parts = []
        for lot in self.spendable(now):
            part = min(amount, lot.available)
            lot.available -= part
            amount -= part
            if part:
                parts.append((lot, part))
        return parts

    def give_back(self, left: list[list], amount: int) -> None:
        """`left`: lots with what is still out of them, changed in place."""
        for pair in sorted(left, key=lambda pair: pair[0].rank(), reverse=True):
            part = min(amount, pair[1])
            pair[1] -= part
            amount -= part
            self.pour(pair[0], part)

    def take_back(self, lot: NaiveLot, amount: int) -> None:
        lot.taken_back += amount
        for name in ("pending", "available", "expired"):
            part = min(amount, getattr(lot, name))
            setattr(lot, name, getattr(lot, name) - part)
            amount -= part
        for other in sorted(self.lots, key=NaiveLot.rank):
            part = min(amount, other.available)
            other.available -= part
            amount -= part
        self.debt += amount

    def absorb(self, other: "NaivePerson") -> None:
        self.lots += other.lots
        self.debt += other.debt
        other.lots, other.debt = [], 0
        for lot in sorted(self.lots, key=NaiveLot.rank):
            part = min(self.debt, lot.available)
            lot.available -= part
            self.debt -= part


def rounded_share(amount: int, basis: int, basis_back: int) -> int:
    return floor(Fraction(amount * min(basis, basis_back), basis) + Fraction(1, 2))
