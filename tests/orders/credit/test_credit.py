"""Store credit through a customer's life: given with a bonus, spent, taken back, expired, merged."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.events.models import EventRow
from core.ledger.errors import AlreadyReversed, KeyReused, NotEnough
from core.ledger.recount import differences
from engagement.chores import BY_NAME, run_now
from orders.credit import Bonus, credit_of
from orders.operations.expire_credit import expire_credit
from orders.operations.give_credit import give_credit
from orders.operations.merge_customers import merge_customers
from orders.operations.spend_credit import spend_credit
from orders.operations.take_back_credit import NoSuchCredit, take_back_credit
from tests.factories.orders import CustomerFactory

BY = "anna@staff.example"


@pytest.fixture
def jana(in_store):
    return CustomerFactory(store=in_store)


@pytest.fixture(autouse=True)
def it_recounts(in_store):
    yield
    assert list(differences(store_id=in_store.pk)) == []


@pytest.fixture
def give(jana, now):
    def given_to(customer=jana, amount=10000, occasion="return:1", **said):
        return give_credit(
            **{
                "customer": customer,
                "amount_minor": amount,
                "currency": "CZK",
                "occasion": occasion,
                "reason": "Return",
                "by": BY,
                "now": now,
                **said,
            }
        )

    return given_to


@pytest.fixture
def spend(jana, now):
    def spent_by(amount, customer=jana, occasion="order:1"):
        return spend_credit(
            customer=customer,
            amount_minor=amount,
            currency="CZK",
            occasion=occasion,
            reason="Order 1",
            by=BY,
            now=now,
        )

    return spent_by


def take(given_for="return:1", occasion="return:1:off", amount=None, *, now):
    return take_back_credit(
        given_for=given_for, occasion=occasion, amount_minor=amount, reason="Off", by=BY, now=now
    )


def news(name):
    rows = EventRow.objects.filter(name=name).order_by("pk")
    return [(row.payload["amount_minor"], row.payload["customer_id"]) for row in rows]


def has(customer, now):
    (one,) = credit_of(customer=customer, now=now)
    return one.available_minor, one.debt_minor


def test_a_gift_counts_once_for_its_occasion_and_is_told_once(jana, give, now):
    first = give(bonus=Bonus(flat_minor=500, percent=Decimal(10)))
    again = give(bonus=Bonus(flat_minor=500, percent=Decimal(10)))
    assert (first.is_new, again.is_new, first.movement) == (True, False, again.movement)
    assert has(jana, now) == (11500, 0)
    assert news("credit.given") == [(11500, jana.pk)]
    with pytest.raises(KeyReused):
        give(amount=9999)


@given(amount=st.integers(1, 10**9), flat=st.integers(0, 10**6), percent=st.integers(0, 100))
def test_a_bonus_is_its_share_to_half_a_unit(amount, flat, percent):
    bonus = Bonus(flat_minor=flat, percent=Decimal(percent)).on(amount)
    assert abs((bonus - flat) * 100 - amount * percent) <= 50


def test_one_spends_what_there_is_and_not_more(jana, give, spend, now):
    give()
    with pytest.raises(NotEnough):
        spend(10001)
    spend(4000)
    spend(4000)
    assert has(jana, now) == (6000, 0)
    assert news("credit.spent") == [(4000, jana.pk)]


def test_the_bonus_goes_back_with_the_amount_and_nothing_more(jana, give, now):
    give(amount=9999, bonus=Bonus(percent=Decimal(10)))
    for part in range(3):
        take(occasion=f"off:{part}", amount=3333, now=now)
    assert has(jana, now) == (0, 0)
    assert sum(amount for amount, _ in news("credit.taken_back")) == 9999 + 1000
    with pytest.raises(AlreadyReversed):
        take(occasion="off:once more", amount=1, now=now)


def test_what_is_spent_already_is_owed_and_paid_by_the_next_credit(jana, give, spend, now):
    give()
    spend(7000)
    take(now=now)
    assert has(jana, now) == (0, 7000)
    give(amount=9000, occasion="return:2")
    assert has(jana, now) == (2000, 0)


def test_nothing_is_taken_back_that_nobody_gave(in_store, now):
    with pytest.raises(NoSuchCredit):
        take(now=now)


def test_credit_expires_by_the_hour_and_says_so(in_store, jana, give, now):
    give(expires_at=now + timedelta(days=30))
    give(occasion="return:2", amount=500)
    assert expire_credit(store=in_store, now=now) == 0
    later = now + timedelta(days=30)
    assert has(jana, later) == (500, 0)  # before the sweep, too
    assert expire_credit(store=in_store, now=later) == 1
    assert expire_credit(store=in_store, now=later) == 0
    assert has(jana, later) == (500, 0)
    assert news("credit.expired") == [(10000, jana.pk)]


def test_the_chores_run(in_store, give, now):
    give(expires_at=now + timedelta(days=1))  # long over by the machine's clock
    assert run_now(BY_NAME["credit"]) == 1
    assert run_now(BY_NAME["recount"]) == 0


def test_a_merged_customer_brings_their_credit_their_debt_and_their_history(
    in_store, jana, give, spend, now
):
    petr = CustomerFactory(store=in_store)
    give()
    give(petr, amount=5000, occasion="return:2")
    spend(4000, petr)
    with transaction.atomic():
        merge_customers(kept=jana, gone=petr, origin="live", now=now)
    assert has(jana, now) == (11000, 0)
    (both,) = credit_of(customer=jana, now=now)
    assert [row.kind for row in both.movements] == ["carry", "spend", "earn", "earn"]
    take("return:2", now=now)
    assert has(jana, now) == (6000, 0)


def test_who_was_merged_meanwhile_is_found(in_store, jana, give, now):
    petr = CustomerFactory(store=in_store)
    first = give(petr)
    with transaction.atomic():
        merge_customers(kept=jana, gone=petr, origin="live", now=now)
    again = give(petr)  # a stale row in somebody's hands
    assert (again.is_new, again.movement) == (False, first.movement)
    assert give(jana).movement == first.movement
    give(petr, occasion="return:2")
    assert has(jana, now) == (20000, 0)


def test_it_is_read_in_six_queries(jana, give, now, django_assert_num_queries):
    for number in range(5):
        give(occasion=f"return:{number}")
    with django_assert_num_queries(6):
        assert len(credit_of(customer=jana, now=now)[0].lots) == 5
