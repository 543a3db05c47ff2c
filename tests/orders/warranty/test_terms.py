"""Days on which promises end, what mending adds, and to whom a claim goes."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import ClaimRule, WarrantyParty
from orders.warranty.law import LAWS, REPAIR_FROM, law_of, repair_months
from orders.warranty.route import fitting_rule
from orders.warranty.terms import add_months, months_passed, promised

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 3), 0, date(2026, 3, 3)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_as_the_law_counts_them(day, months, then):
    assert add_months(day, months) == then


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, st.integers(0, 360))
def test_as_many_months_have_passed_as_were_added(day, months):
    assert months_passed(since=day, on=add_months(day, months)) == months


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, st.sampled_from([*LAWS, "US", ""]), st.integers(0, 360))
def test_a_promise_is_never_shorter_than_the_law(day, country, own):
    ends = promised(starts_on=day, country=country, own_months=own)
    law = law_of(country)
    assert ends.law_until == (add_months(day, law.months) if law else None)
    assert (ends.until is None) == (law is None and not own)
    for least in (ends.law_until, add_months(day, own) if own else None):
        assert least is None or ends.until >= least


def test_every_rule_of_law_names_its_source():
    assert all(law.source and (law.repair_source or not law.repair_adds) for law in LAWS.values())
    assert (LAWS["CZ"].months, LAWS["SE"].months, LAWS["FI"].months) == (24, 36, 24)
    assert {"CZ", "SK", "SI", "FI"} <= LAWS.keys()


@pytest.mark.parametrize(
    ("country", "bought", "times", "adds"),
    [
        ("CZ", REPAIR_FROM, 0, 12),
        ("CZ", date(2026, 7, 30), 0, 0),  # bought under the law before
        ("CZ", REPAIR_FROM, 1, 0),  # once
        ("NO", REPAIR_FROM, 0, 0),
        ("US", REPAIR_FROM, 0, 0),
    ],
)
def test_a_repair_adds_what_the_law_says(country, bought, times, adds):
    assert repair_months(country=country, bought_on=bought, extended_times=times) == adds


def rule(position: int, **about) -> ClaimRule:
    return ClaimRule(position=position, **about)


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ([], None),
        ([rule(2), rule(1, country="CZ")], 1),
        ([rule(1, country="FI"), rule(2)], 2),
        ([rule(1, product_id=8), rule(2, product_id=7)], 2),
        ([rule(1, category_id=8), rule(2, category_id=3)], 2),
        ([rule(1, before_month=6), rule(2, from_month=6, before_month=7)], 2),
        ([rule(1, from_month=7)], None),
        ([rule(1, party=WarrantyParty(is_active=False)), rule(2)], 2),
    ],
)
def test_the_first_rule_that_fits_decides(rules, fits):
    found = fitting_rule(rules=rules, product_id=7, category_id=3, country="cz", months=6)
    assert (found.position if found else None) == fits
