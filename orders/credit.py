"""Store credit: money at the shop, kept in the ledger. What it is called there, and how it reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from core.ledger import queries as ledger
from core.ledger.models import Lot, Movement, Purse, Unit
from core.ledger.owner import Owner
from orders.models import Customer

CREDIT = "credit:"
HISTORY_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """What a shop adds to a credit, so that it is worth more than the money back."""

    flat_minor: int = 0
    percent: Decimal = Decimal(0)

    def on(self, amount_minor: int) -> int:
        """The bonus on that amount, in minor units; halves up. Pure."""
        share = (Decimal(amount_minor) * self.percent / 100).quantize(Decimal(1), ROUND_HALF_UP)
        return self.flat_minor + int(share)


NO_BONUS = Bonus()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What a customer has in one currency. Amounts are minor units; `debt` lessens what comes next."""

    currency: str
    available_minor: int
    debt_minor: int
    lots: Sequence[Lot]
    movements: Sequence[Movement]


def unit_code(currency: str) -> str:
    """The ledger's name for store credit in that currency."""
    return f"{CREDIT}{currency}"


def owner_of(customer_id: int) -> Owner:
    """The ledger's name for that customer."""
    return Owner("customer", str(customer_id))


def has_credit(*, customer_id: int) -> bool:
    """Did this customer ever have any? One query. Inside the store's scope."""
    return Purse.objects.filter(
        unit__code__startswith=CREDIT, owner_kind="customer", owner_id=str(customer_id)
    ).exists()


def credit_of(*, customer: Customer, now: datetime, history: int = HISTORY_ROWS) -> list[Credit]:
    """A customer's credit in every currency in which there ever was any, with its latest movements.

    Six queries, four more for a second currency. Inside the store's scope.
    """
    merged = Customer.objects.filter(merged_into=customer).values_list("pk", flat=True)
    owners = [owner_of(pk) for pk in (customer.pk, *merged)]
    units = Unit.objects.filter(
        code__startswith=CREDIT,
        purses__owner_kind="customer",
        purses__owner_id__in=[owner.id for owner in owners],
    )
    found = []
    for unit in units.distinct().order_by("code"):
        has = ledger.balance(unit=unit, owner=owners[0], now=now)
        found.append(
            Credit(
                currency=unit.currency,
                available_minor=has.available,
                debt_minor=has.debt,
                lots=ledger.lots(unit=unit, owner=owners[0], now=now),
                movements=ledger.history(unit=unit, owners=owners, size=history),
            )
        )
    return found
