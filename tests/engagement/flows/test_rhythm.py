"""When something runs out: shop's default, pack and quantity, and the customer's own rhythm."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.flows.planning.rhythm import LONGEST_DAYS, SHORTEST_DAYS, Purchase, interval_days

START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def history(*days: int, units: int = 1) -> list[Purchase]:
    return [
        Purchase(order_id=index, placed_at=START + timedelta(days=day), units=Decimal(units))
        for index, day in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("default", "bought", "units", "expected", "why"),
    [
        (70, history(0), 1, 70, "the shop's default"),
        (None, history(0), 1, None, "nobody knows"),
        (None, history(0, 40), 1, None, "two purchases are no rhythm"),
        (70, history(0, 40), 1, 70, "nor do they bend the default"),
        (None, history(0, 40, 80), 1, 40, "from the third purchase on: the own median"),
        (70, history(0, 40, 80), 1, 55, "w = 2/4: half-way between 40 and 70"),
        (70, history(0, 40, 80, 120, 160, 200, 240), 1, 48, "w = 6/8: 0.75·40 + 0.25·70 = 47.5"),
        (70, history(0, 40, 300), 1, 110, "the median of 40 and 260 is 150"),
        (70, history(0), 3, 210, "three jars last three times as long"),
        (70, history(0, 80, 160, units=2), 2, 110, "80 days for two are 40 for one"),
        (70, history(0), Decimal("0.5"), 35, "half a kilo, half the time"),
        (1, history(0), 1, SHORTEST_DAYS, "never at once"),
        (900, history(0), 12, LONGEST_DAYS, "never beyond five years"),
    ],
)
def test_the_interval(default, bought, units, expected, why):
    found = interval_days(default_days=default, purchases=bought, units=Decimal(units))
    assert found == expected, why


def test_two_orders_of_one_day_are_one_purchase():
    bought = history(0, 40, 80)
    bought.append(Purchase(order_id=9, placed_at=START + timedelta(hours=3), units=Decimal(1)))
    # 40 days for two units, then 40 for one: the median per unit is 30; half-way to 70 is 50.
    assert interval_days(default_days=70, purchases=bought, units=Decimal(1)) == 50


@given(
    default=st.none() | st.integers(1, 800),
    days=st.lists(st.integers(0, 3000), max_size=12),
    units=st.decimals("0.001", "5000", places=3),
)
def test_the_interval_stays_within_reason(default, days, units):
    found = interval_days(default_days=default, purchases=history(*days), units=units)
    assert found is None or SHORTEST_DAYS <= found <= LONGEST_DAYS
    if default is not None:
        assert found is not None
