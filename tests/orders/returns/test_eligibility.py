"""What may come back, until which day, and why not: rule by rule, and in the customer's own zone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.models import (
    Category,
    Fulfillment,
    Order,
    OrderLine,
    Product,
    ReturnPolicy,
    ReturnReason,
)
from orders.returns.presets import PRESETS, follow_preset, preset_of
from orders.returns.read import offer_of, policies_of, policy_for
from orders.returns.reasons import reasons_of
from orders.returns.worth import worth_of_pieces
from tests.factories.orders import CustomerFactory, FulfillmentFactory, OrderLineFactory
from tests.orders.returns.shop import (
    ARRIVED,
    NOW,
    PLACED,
    ask,
    delivered,
    lines,
    set_policy,
    want,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(in_store):
    return delivered(in_store)


def first(order, now=NOW):
    order.refresh_from_db()
    return offer_of(order=order, now=now).items[0]


def on_order(order, **columns):
    Order.objects.filter(pk=order.pk).update(**columns)


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        (lambda o, s: None, "yes", ""),
        (lambda o, s: on_order(o, status="canceled"), "no", "canceled"),
        (lambda o, s: OrderLine.objects.update(needs_shipping=False), "no", "not_goods"),
        (lambda o, s: OrderLine.objects.update(refunded_quantity=2), "no", "nothing_left"),
        (
            lambda o, s: Fulfillment.objects.update(shipped_at=None, delivered_at=None),
            "no",
            "not_sent",
        ),
        (lambda o, s: Product.objects.update(return_rule="exempt"), "no", "exempt"),
        (lambda o, s: set_policy(s, is_exempt=True), "no", "exempt"),
        (lambda o, s: Product.objects.update(return_rule="final"), "no", "final_sale"),
        (lambda o, s: set_policy(s, is_final_sale=True), "no", "final_sale"),
        (lambda o, s: set_policy(s, window_days=2), "no", "too_late"),
        (lambda o, s: on_order(o, payment_status="pending"), "person", "unpaid"),
        (lambda o, s: Product.objects.update(return_rule="look"), "person", "product"),
        (lambda o, s: set_policy(s, approval="person"), "person", "by_hand"),
        (lambda o, s: set_policy(s, look_above_minor=39999), "person", "value"),
        (lambda o, s: set_policy(s, look_above_minor=40000), "yes", ""),
        (lambda o, s: set_policy(s, look_after_returns=0), "person", "many_returns"),
    ],
)
def test_each_rule_says_why(in_store, order, change, verdict, reason):
    change(order, in_store)
    item = first(order)
    assert (item.verdict, item.reason) == (verdict, reason)
    assert bool(item.returnable) == (verdict != "no")


def test_from_abroad_a_person_looks(in_store, order):
    set_policy(in_store, looks_abroad=True)
    in_store.country = "CZ"
    in_store.save()
    assert first(order).verdict == "yes"
    on_order(order, shipping_address={"country": "SK"})
    assert first(Order.objects.get(pk=order.pk)).reason == "abroad"


def test_the_deadline_is_a_day_of_the_customer(in_store):
    zone = {"time_zone": "America/Los_Angeles"}
    order = delivered(in_store, customer=CustomerFactory(store=in_store, **zone))
    Fulfillment.objects.update(
        delivered_at=datetime(2026, 3, 6, 5, tzinfo=UTC)
    )  # still the 5th there
    set_policy(in_store, window_days=14)
    item = first(order)
    assert (item.deadline, item.is_estimated) == (date(2026, 3, 19), False)
    last = datetime(2026, 3, 20, 6, 59, tzinfo=UTC)  # 23:59 there
    assert first(order, now=last).verdict == "yes"
    assert first(order, now=last + timedelta(minutes=1)).reason == "too_late"


def test_an_unknown_delivery_is_reckoned_and_never_simply_too_late(in_store, order):
    Fulfillment.objects.update(status="shipped", delivered_at=None)
    set_policy(in_store, transit_days=5, window_days=10)
    shipped = ARRIVED - timedelta(days=2)
    item = first(order)
    assert (item.deadline, item.is_estimated) == ((shipped + timedelta(days=15)).date(), True)
    late = first(order, now=shipped + timedelta(days=30))
    assert (late.verdict, late.reason) == ("person", "delivery_unknown")


def test_a_line_in_a_later_parcel_has_its_own_day(in_store, order):
    mugs, lamp = lines(order)
    Fulfillment.objects.update(source_lines=[[mugs.external_id, "2"]])
    assert offer_of(order=order, now=NOW).item(lamp.pk).reason == "not_sent"
    FulfillmentFactory(
        store=in_store,
        order=order,
        status="delivered",
        shipped_at=ARRIVED,
        delivered_at=ARRIVED + timedelta(days=3),
        source_lines=[[lamp.external_id, "1"]],
    )
    days = [item.deadline for item in offer_of(order=order, now=NOW).items]
    assert days[1] - days[0] == timedelta(days=3)


def test_the_window_may_begin_with_the_dispatch(in_store, order):
    set_policy(in_store, starts="dispatch", window_days=30)
    assert first(order).deadline == (ARRIVED + timedelta(days=28)).date()


def test_an_old_order_without_parcels(in_store, order):
    Fulfillment.objects.all().delete()
    assert first(order).deadline == (ARRIVED + timedelta(days=30)).date()
    on_order(order, delivered_at=None, fulfillment_status="fulfilled")
    assert first(order).is_estimated
    on_order(order, fulfillment_status="unfulfilled")
    assert first(order).reason == "not_sent"


def test_the_most_exact_policy_counts(in_store, order):
    mugs = lines(order)[0]
    category = Category.objects.create(store=in_store, name="Mugs")
    Product.objects.filter(pk=mugs.product_id).update(category=category)
    set_policy(in_store, window_days=30)
    for exact in (
        {"country": "CZ", "window_days": 40},
        {"category": category, "window_days": 50},
        {"tag": "VIP", "window_days": 60},
    ):
        ReturnPolicy.objects.create(store=in_store, **exact)

    def windows():
        row = Order.objects.get(pk=order.pk)
        return [i.policy.window_days for i in offer_of(order=row, now=NOW).items]

    assert windows() == [50, 40]
    on_order(order, tags=["vip"])
    assert windows() == [60, 60]
    on_order(order, tags=[], shipping_address={"country": "DE"})
    assert windows() == [50, 30]
    assert policy_for(policies=policies_of(store_id=in_store.pk), order=order, line=None)


def test_what_was_refunded_elsewhere_is_gone_once(in_store, order):
    mugs = lines(order)[0]
    ask(order, want(mugs), once="a")
    OrderLine.objects.filter(pk=mugs.pk).update(refunded_quantity=1)
    # one in an open return, one refunded besides: nobody knows of a third
    assert first(order).returnable == 0
    order.returns.update(status="done")
    assert first(order).returnable == 1  # the refund was this return's


def test_withdrawal_runs_fourteen_days_from_the_last_parcel(in_store, order):
    offer = offer_of(order=order, now=NOW)
    assert offer.withdrawal.deadline == date(2026, 3, 19)
    assert offer.withdrawal.is_offered
    end = datetime(2026, 3, 19, 23, 0, tzinfo=UTC)  # midnight in Prague
    assert offer_of(order=order, now=end - timedelta(minutes=1)).withdrawal.is_offered
    assert offer_of(order=order, now=end).withdrawal.reason == "too_late"
    Fulfillment.objects.update(delivered_at=ARRIVED + timedelta(days=2))  # ends on a Saturday
    assert offer_of(order=order, now=NOW).withdrawal.deadline == date(2026, 3, 23)


@pytest.mark.parametrize(
    ("country", "reason"), [("CZ", ""), ("FI", ""), ("NO", ""), ("GB", ""), ("US", "not_here")]
)
def test_withdrawal_is_a_right_of_some_countries(in_store, order, country, reason):
    on_order(order, shipping_address={"country": country})
    assert offer_of(order=Order.objects.get(), now=NOW).withdrawal.reason == reason


def test_withdrawal_is_open_before_the_goods_come_and_for_final_sales(in_store, order):
    Fulfillment.objects.update(shipped_at=None, delivered_at=None, status="preparing")
    on_order(order, fulfillment_status="unfulfilled", delivered_at=None)
    Product.objects.update(return_rule="final")
    ruling = offer_of(order=Order.objects.get(), now=NOW).withdrawal
    assert (ruling.reason, ruling.deadline, len(ruling.items)) == ("", None, 2)
    Product.objects.update(return_rule="exempt")
    assert offer_of(order=Order.objects.get(), now=NOW).withdrawal.reason == "exempt"


def test_an_offer_costs_the_same_however_long_the_order(in_store, order, django_assert_num_queries):
    def cost() -> None:
        row = Order.objects.select_related("store", "customer").get(pk=order.pk)
        offer_of(order=row, now=NOW)

    with django_assert_num_queries(6):
        cost()
    for _ in range(20):
        OrderLineFactory(store=in_store, order=order)
    with django_assert_num_queries(6):
        cost()


def test_presets_are_told_apart(in_store):
    for preset in PRESETS:
        policy = follow_preset(ReturnPolicy(store=in_store), preset=preset)
        policy.full_clean(exclude=["store"])
        assert preset_of(policy) == preset
    policy.window_days = 15
    assert preset_of(policy) == "own"


def test_reasons_are_ours_until_the_shop_writes_its_own(in_store):
    ours = reasons_of(store_id=in_store.pk)
    assert {len(row.texts) for row in ours} == {5}
    ReturnReason.objects.create(store=in_store, key="scent", texts={"cs": "Vůně"})
    ReturnReason.objects.create(store=in_store, key="gone", texts={"en": "Gone"}, is_active=False)
    own = reasons_of(store_id=in_store.pk)
    assert [(row.key, row.text("fi")) for row in own] == [("scent", "Vůně")]
    narrow = ReturnPolicy(store=in_store, reasons=["other"])
    assert reasons_of(store_id=in_store.pk, policy=narrow) == []


@given(
    worth=st.integers(0, 10**9),
    pieces=st.integers(1, 60),
    data=st.data(),
)
def test_pieces_add_up_to_what_was_paid(worth, pieces, data):
    numbers = list(range(1, pieces + 1))
    cut = data.draw(st.integers(0, pieces))
    two = [
        worth_of_pieces(worth=worth, pieces=pieces, numbers=n)
        for n in (numbers[:cut], numbers[cut:])
    ]
    assert sum(two) == worth
    assert min(two) >= 0


def test_an_order_wide_discount_lessens_every_piece(in_store, order):
    on_order(order, total_minor=4900 + 44910, discount_minor=4990)
    items = offer_of(order=Order.objects.get(), now=NOW).items
    assert [item.worth_minor for item in items] == [36000, 8910]
    assert items[0].amount((1,)) == 18000
    on_order(order, taxes_included=False, tax_minor=9980, total_minor=4900 + 59880)
    items = offer_of(order=Order.objects.get(), now=NOW).items
    assert [item.worth_minor for item in items] == [48000, 11880]
    on_order(order, taxes_included=True, total_minor=4900 + 49900 + 3000)  # a tip is no goods
    assert sum(i.worth_minor for i in offer_of(order=Order.objects.get(), now=NOW).items) == 49900


def test_quantities_are_decimals(order):
    assert first(order).returnable == Decimal(2)
    assert PLACED < NOW
