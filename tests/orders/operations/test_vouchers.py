"""Vouchers are given once an occasion, and redeemed by what orders say, in whatever order they say it."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.money import Amount
from core.stores.scope import store_scope
from orders.ingest.snapshots import OrderDeleted
from orders.models import Customer, Redemption, Voucher
from orders.operations.activate_vouchers import (
    VoucherGone,
    activate_vouchers,
    drop_set_aside,
)
from orders.operations.apply_news import apply_news
from orders.operations.issue_voucher import BadOffer, Offer, issue_voucher
from orders.operations.merge_customers import merge_customers
from orders.operations.revoke_voucher import revoke_voucher
from tests.factories.news import HOUR, PLACED, told
from tests.factories.orders import CustomerFactory, ProductFactory

TEN = Offer(kind="percent", percent=10)
GIVEN = {"reason": "Birthday", "by": "birthday"}


@pytest.fixture
def give(in_store, now):
    def given(offer=TEN, **how) -> Voucher:
        return issue_voucher(store=in_store, offer=offer, now=how.pop("at", now), **GIVEN, **how)

    return given


@pytest.fixture
def jana(in_store) -> Customer:
    return CustomerFactory(store=in_store)


def with_code(voucher, **said):
    return told(discounts=((voucher.code, Amount(1980)),), **said)


def test_an_occasion_gives_one_voucher_however_often_it_is_asked(give, jana):
    first = give(customer=jana, occasion="birthday:2026")
    again = give(replace(TEN, percent=50), customer=jana, occasion="birthday:2026")
    assert (again.pk, again.code, again.percent) == (first.pk, first.code, 10)
    assert give(customer=jana, occasion="birthday:2027").pk != first.pk
    assert give(customer=jana).pk != give(customer=jana).pk


def test_what_was_only_set_aside_follows_the_offer_and_keeps_its_code(give, jana, now):
    aside = give(customer=jana, occasion="x", is_live=False)
    assert aside.state(uses=0, now=now) == "Not sent yet"
    later = give(
        replace(TEN, percent=15), customer=jana, occasion="x", is_live=False, at=now + HOUR
    )
    assert (later.code, later.percent, later.issued_at) == (aside.code, 15, now + HOUR)
    who = {"customer_ids": [jana.pk], "occasions": ["x"]}
    assert activate_vouchers(**who, now=now) == 1
    assert activate_vouchers(**who, now=now + HOUR) == 0
    assert Voucher.objects.get(occasion="x").live_at == now


def test_a_voucher_taken_back_holds_its_mail(give, jana, now):
    revoke_voucher(voucher=give(customer=jana, occasion="x", is_live=False), now=now)
    with pytest.raises(VoucherGone):
        activate_vouchers(customer_ids=[jana.pk], occasions=["x"], now=now)


def test_what_no_mail_took_along_is_forgotten(give, jana, now):
    give(customer=jana, occasion="x", is_live=False)
    kept = give(customer=jana, occasion="y")
    drop_set_aside(now=now + timedelta(hours=23))
    assert Voucher.objects.count() == 2
    drop_set_aside(now=now + timedelta(hours=25))
    assert Voucher.objects.get() == kept


@pytest.mark.parametrize(
    "offer",
    [
        Offer(kind="percent", percent=0),
        Offer(kind="percent", percent=101),
        Offer(kind="value"),
        Offer(kind="value", amount_minor=-5),
        Offer(kind="gift", gift="  "),
        Offer(kind="miracle"),
        Offer(kind="free_delivery", uses_allowed=0),
        Offer(kind="free_delivery", minimum_minor=-1),
        Offer(kind="free_delivery", expires_at=PLACED),
    ],
)
def test_nothing_worthless_is_given(give, offer):
    with pytest.raises(BadOffer):
        give(offer)
    assert not Voucher.objects.exists()


def test_the_database_refuses_a_worthless_voucher_too(give):
    voucher = give()
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=voucher.pk).update(percent=None)


def test_every_kind_keeps_what_it_is_worth(give, in_store):
    soap = ProductFactory(store=in_store)
    value = give(Offer(kind="value", amount_minor=5000, minimum_minor=50000, products=[soap]))
    assert (value.amount_minor, value.currency, value.minimum_minor) == (5000, "CZK", 50000)
    assert list(value.products.all()) == [soap]
    assert give(Offer(kind="gift", gift="A sponge")).gift == "A sponge"
    assert give(Offer(kind="free_delivery", uses_allowed=None)).uses_allowed is None


def test_an_order_uses_it_and_a_cancellation_gives_it_back(give, hear, now):
    voucher = give(at=PLACED)
    hear(with_code(voucher))
    (use,) = Redemption.objects.all()
    assert (use.voucher, use.amount_minor, use.redeemed_at) == (voucher, 1980, PLACED)
    assert voucher.state(uses=1, now=now) == "Used"
    at = PLACED + HOUR
    hear(with_code(voucher, updated_at=at, canceled_at=at))
    assert not Redemption.objects.exists()


def test_whatever_the_order_of_arrival_the_end_is_the_same(give, hear, jana):
    """Placed, its code taken off again, canceled: all orders, each told twice."""
    voucher = give(at=PLACED)
    for number, news in enumerate(
        itertools.permutations(
            [
                ("placed", {}),
                ("changed", {"updated_at": PLACED + HOUR, "total": Amount(1)}),
                ("canceled", {"updated_at": PLACED + 2 * HOUR, "canceled_at": PLACED + 2 * HOUR}),
            ]
        )
    ):
        for _, said in news:
            hear(with_code(voucher, external_id=f"o-{number}", **said))
            hear(with_code(voucher, external_id=f"o-{number}", **said))
    assert not Redemption.objects.exists()


def test_a_code_taken_out_of_the_order_is_given_back(give, hear):
    voucher = give(at=PLACED)
    hear(told(discounts=((voucher.code.lower(), Amount(1)),)))
    assert Redemption.objects.count() == 1
    hear(told(updated_at=PLACED + HOUR))
    assert not Redemption.objects.exists()


def test_a_deleted_order_gives_it_back_and_a_test_order_never_takes_it(give, hear):
    voucher = give(at=PLACED)
    hear(with_code(voucher))
    hear(OrderDeleted(source="generic", external_id="o-1", happened_at=PLACED + HOUR))
    hear(with_code(voucher, external_id="o-2", is_test=True))
    assert not Redemption.objects.exists()


def test_a_code_of_nobodys_making_and_one_set_aside_redeem_nothing(give, hear, jana):
    aside = give(customer=jana, occasion="x", is_live=False)
    hear(with_code(aside))
    hear(told(external_id="o-2", discounts=(("SPRING", Amount(1)), ("", Amount(1)))))
    assert not Redemption.objects.exists()


def test_one_store_s_code_is_worth_nothing_in_another(give, hear, other_store, now):
    voucher = give(at=PLACED)
    with store_scope(other_store.pk):
        with transaction.atomic():
            apply_news(news=with_code(voucher), store=other_store, origin="live", now=now)
        assert not Redemption.objects.exists()
        assert not Voucher.objects.exists()


def test_two_people_become_one_with_the_vouchers_of_both(give, jana, in_store, now):
    double = CustomerFactory(store=in_store)
    for person in (jana, double):
        give(customer=person, occasion="birthday:2026")
    give(customer=double, occasion="thanks")
    with transaction.atomic():
        merge_customers(kept=jana, gone=double, origin="live", now=now)
    assert sorted(jana.vouchers.values_list("occasion", flat=True)) == [
        "", "birthday:2026", "thanks",
    ]  # fmt: skip
