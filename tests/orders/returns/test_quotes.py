"""What each outcome brings, before the choice: fee, bonus, dearer and cheaper goods."""

from decimal import Decimal

import pytest

from orders.models import Order, ReturnPolicy, Variant
from orders.operations.ask_return import pick
from orders.returns.quote import quote, quotes
from orders.returns.read import offer_of
from tests.orders.returns.shop import NOW, delivered, lines, set_policy, want

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(in_store):
    return delivered(in_store)


def told(order, *wanted, outcome="refund"):
    picked = pick(offer=offer_of(order=order, now=NOW), wanted=wanted, outcome=outcome)
    return quote(picked=picked, outcome=outcome)


def test_every_outcome_is_quoted_what_keeps_the_sale_first(in_store, order):
    set_policy(in_store, credit_bonus_percent=Decimal(10), credit_bonus_minor=500)
    picked = pick(
        offer=offer_of(order=order, now=NOW), wanted=[want(lines(order)[0], 2)], outcome="refund"
    )
    found = {one.outcome: (one.back_minor, one.bonus_minor) for one in quotes(picked=picked)}
    assert list(found) == ["exchange", "credit", "refund"]
    assert found == {"exchange": (0, 0), "credit": (44500, 4500), "refund": (40000, 0)}


def test_a_fee_is_taken_off_money_only_and_never_for_our_fault(in_store, order):
    set_policy(in_store, fee_minor=9900, credit_bonus_percent=Decimal(10), photo="never")
    mugs = lines(order)[0]
    assert told(order, want(mugs)).back_minor == 10100
    assert told(order, want(mugs, reason_key="damaged")).back_minor == 20000
    assert told(order, want(mugs), outcome="credit").back_minor == 22000
    set_policy(in_store, fee_on_refund_only=False)
    credit = told(order, want(mugs), outcome="credit")
    assert (credit.fee_minor, credit.bonus_minor, credit.back_minor) == (9900, 1010, 11110)
    set_policy(in_store, fee_minor=999900)
    assert told(order, want(mugs)).back_minor == 0


def test_flat_amounts_are_the_stores_money(in_store, order):
    set_policy(in_store, fee_minor=9900, credit_bonus_minor=500)
    Order.objects.update(currency="EUR")
    order.refresh_from_db()
    assert told(order, want(lines(order)[0])).fee_minor == 0


@pytest.mark.parametrize(
    ("price", "bonus", "to_pay", "back"),
    [
        (25000, 0, 5000, 0),
        (25000, 2000, 3000, 0),
        (25000, 9000, 0, 0),
        (20000, 2000, 0, 0),
        (15000, 2000, 0, 5000),
    ],
)
def test_an_exchange_costs_the_difference_of_list_prices(
    in_store, order, price, bonus, to_pay, back
):
    set_policy(in_store, exchange_bonus_minor=bonus)
    variant = Variant.objects.get(price_minor=price)
    one = told(order, want(lines(order)[0], variant_id=variant.pk), outcome="exchange")
    assert (one.to_pay_minor, one.back_minor) == (to_pay, back)


def test_who_bought_cheaper_swaps_evenly(in_store, order):
    Order.objects.update(total_minor=4900 + 24950)  # half price
    order.refresh_from_db()
    same = Variant.objects.get(price_minor=20000)
    one = told(order, want(lines(order)[0], 2, variant_id=same.pk), outcome="exchange")
    assert (one.goods_minor, one.new_goods_minor, one.to_pay_minor) == (20000, 20000, 0)


def test_who_pays_the_way(in_store, order):
    set_policy(in_store, photo="never")
    mugs, lamp = lines(order)
    assert not told(order, want(mugs)).shop_pays
    assert told(order, want(mugs, reason_key="wrong_item")).shop_pays
    assert not told(order, want(mugs, reason_key="wrong_item"), want(lamp)).shop_pays
    set_policy(in_store, pays=ReturnPolicy.Pays.SHOP)
    assert told(order, want(lamp)).shop_pays
