"""When something runs out: the shop's default bent towards the customer's own rhythm. Pure.

The own rhythm counts from the third purchase on. It is the median gap between purchases, per unit
bought, shrunk towards the default by ``w = n / (n + 2)`` for n gaps (ecosystem study, "Next order
date": error 20.8 days against 21.4 for the own mean and 25.6 for the shop's).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

GAPS_NEEDED = 2
SHRINK = 2
SHORTEST_DAYS = 3
LONGEST_DAYS = 5 * 365
SAME_PURCHASE_DAYS = Decimal(1)
SECONDS_A_DAY = Decimal(86_400)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order's worth of a product: `units` is quantity × pack size of what was kept."""

    order_id: int
    placed_at: datetime
    units: Decimal


def interval_days(
    *, default_days: int | None, purchases: Sequence[Purchase], units: Decimal
) -> int | None:
    """Days until `units` of a product run out; None where nobody can know.

    `default_days` is for one unit (product, else category). `purchases` are all of this customer's
    purchases of the product.
    """
    gaps = unit_gaps(purchases)
    own = median(gaps) if len(gaps) >= GAPS_NEEDED else None
    if own is not None and default_days is not None:
        weight = Decimal(len(gaps)) / (len(gaps) + SHRINK)
        a_unit = weight * own + (1 - weight) * default_days
    elif own is not None:
        a_unit = own
    elif default_days is not None:
        a_unit = Decimal(default_days)
    else:
        return None
    return min(max(round(a_unit * units), SHORTEST_DAYS), LONGEST_DAYS)


def unit_gaps(purchases: Sequence[Purchase]) -> list[Decimal]:
    """Days from one purchase to the next, per unit of the earlier; same-day orders are one."""
    merged: list[tuple[datetime, Decimal]] = []
    for purchase in sorted(purchases, key=lambda each: each.placed_at):
        if merged and _days(merged[-1][0], purchase.placed_at) < SAME_PURCHASE_DAYS:
            merged[-1] = (merged[-1][0], merged[-1][1] + purchase.units)
        else:
            merged.append((purchase.placed_at, purchase.units))
    return [
        _days(earlier[0], later[0]) / earlier[1]
        for earlier, later in itertools.pairwise(merged)
        if earlier[1] > 0
    ]


def _days(earlier: datetime, later: datetime) -> Decimal:
    return Decimal(int((later - earlier).total_seconds())) / SECONDS_A_DAY
