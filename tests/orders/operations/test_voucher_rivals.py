"""Two workers give a voucher for the same occasion in the same instant. PostgreSQL only."""

import pytest

from core.stores.scope import store_scope
from orders.models import Voucher
from orders.operations.issue_voucher import Offer, issue_voucher
from tests.engagement.messages.at_once import at_once
from tests.factories.orders import CustomerFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


def test_rivals_give_one_voucher_and_both_know_its_code(store, now):
    with store_scope(store.pk):
        jana = CustomerFactory(store=store)
    told = []

    def give(occasion, percent):
        with store_scope(store.pk):
            voucher = issue_voucher(
                store=store,
                offer=Offer(kind="percent", percent=percent),
                customer=jana,
                occasion=occasion,
                reason="Thank you",
                by="thank_you",
                now=now,
            )
        told.append((occasion, voucher.code, voucher.percent))

    for number in range(ROUNDS):
        name = f"thank_you:{number}"
        at_once(
            *(lambda name=name, percent=percent: give(name, percent) for percent in (5, 10, 15))
        )
    with store_scope(store.pk):
        assert Voucher.objects.count() == ROUNDS
    assert len(told) == 3 * ROUNDS
    assert len({(name, code, percent) for name, code, percent in told}) == ROUNDS
