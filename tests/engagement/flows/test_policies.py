"""Pure rules: the backfill guards, the share held out, the language, conditions."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.flows.definition import Condition
from engagement.flows.policies import is_held_out, meets, news_verdict
from engagement.preferences.languages import spoken_language
from tests.conftest import NOON

hours = st.integers(-2000, 2000).map(lambda each: timedelta(hours=each))


def verdict(**changes):
    facts = {
        "origin": "live",
        "occurred_at": NOON,
        "activated_at": NOON - timedelta(days=9),
        "due_at": NOON,
        "grace": timedelta(hours=48),
        "now": NOON,
    }
    return news_verdict(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "plan"),
        ({"origin": "import"}, "ignore"),
        ({"origin": "replay"}, "plan"),
        ({"activated_at": NOON + timedelta(seconds=1)}, "ignore"),
        ({"occurred_at": NOON - timedelta(hours=48)}, "plan"),
        ({"occurred_at": NOON - timedelta(hours=48, seconds=1)}, "burn"),
        ({"origin": "replay", "occurred_at": NOON - timedelta(hours=49)}, "burn"),
        ({"due_at": NOON - timedelta(hours=49)}, "burn"),
        ({"due_at": NOON + timedelta(days=90)}, "plan"),
        ({"origin": "import", "occurred_at": NOON - timedelta(days=400)}, "ignore"),
    ],
)
def test_the_guards_tell_news_from_history(changes, expected):
    assert verdict(**changes) == expected


@given(occurred=hours, due=hours, activated=hours)
def test_imported_history_never_plans(occurred, due, activated):
    assert (
        verdict(
            origin="import",
            occurred_at=NOON + occurred,
            due_at=NOON + due,
            activated_at=NOON + activated,
        )
        == "ignore"
    )


@given(
    salt=st.text(min_size=1, max_size=32),
    customer=st.integers(1, 10**9),
    fewer=st.integers(0, 10_000),
    more=st.integers(0, 10_000),
)
def test_raising_the_share_held_out_only_adds_people(salt, customer, fewer, more):
    fewer, more = sorted((fewer, more))
    out = {
        share: is_held_out(salt=salt, flow="birthday", customer_id=customer, holdout_bp=share)
        for share in (0, fewer, more, 10_000)
    }
    assert out[10_000] is True
    assert out[0] is False
    assert out[more] or not out[fewer]


def test_the_share_held_out_is_about_as_large_as_asked_for():
    out = sum(
        is_held_out(salt="pepper", flow="birthday", customer_id=pk, holdout_bp=1000)
        for pk in range(10_000)
    )
    assert 900 < out < 1100


@pytest.mark.parametrize(
    ("customer", "order", "country", "expected"),
    [
        ("cs-CZ", "en", "FI", "cs"),
        ("", "sk", "FI", "sk"),
        ("de-DE", "sl_SI", "FI", "sl"),
        ("de", "fr", "FI", "fi"),
        ("", "", "fi", "fi"),
        ("", "", "DE", "en"),
        ("hu", "", "", "en"),
        ("fil-PH", "", "", "en"),
        ("slk", "", "SI", "sk"),
        ("slv_SI", "", "", "sl"),
        (" CS-cz", "", "", "cs"),
    ],
)
def test_the_language_is_the_customers_the_orders_the_countrys_or_the_stores(
    customer, order, country, expected
):
    spoken = spoken_language(
        customer_locale=customer,
        order_locale=order,
        country=country,
        languages=["en", "cs", "sk", "sl", "fi"],
        default="en",
    )
    assert spoken == expected


def test_a_language_that_the_store_does_not_offer_is_not_spoken():
    spoken = spoken_language(
        customer_locale="cs", order_locale="fi", country="CZ", languages=["fi"], default="fi"
    )
    assert spoken == "fi"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("is_partial", False), True),
        (Condition("is_partial", True), False),
        (Condition("total", 500, "at_least"), True),
        (Condition("total", 499, "at_most"), False),
        (Condition("country", ("CZ", "SK"), "one_of"), True),
        (Condition("unknown", False), False),
    ],
)
def test_conditions_are_plain_comparisons_of_known_facts(condition, expected):
    facts = {"is_partial": False, "total": 500, "country": "CZ"}
    assert meets(conditions=[condition], facts=facts) is expected
