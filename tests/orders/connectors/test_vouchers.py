"""A voucher that counts becomes a code in the shop, once; what the shop refuses is there to read."""

from datetime import timedelta

import pytest

from orders.models import PlatformCommand, Voucher
from orders.operations.activate_vouchers import activate_vouchers
from orders.operations.carry_out import drain_commands
from orders.operations.issue_voucher import Offer, issue_voucher
from tests.factories.orders import CustomerFactory, ProductFactory

TEN = Offer(kind="percent", percent=10)
GIVEN = {"reason": "Birthday", "by": "birthday"}


@pytest.fixture
def give(in_store, now):
    def given(offer=TEN, **how) -> Voucher:
        return issue_voucher(store=in_store, offer=offer, now=now, **GIVEN, **how)

    return given


def command_of(voucher) -> PlatformCommand:
    return PlatformCommand.objects.get(key=f"voucher:{voucher.public_id.hex}")


def test_a_code_reaches_the_shop_with_its_terms(connected, woo, give, in_store, now):
    connected("woocommerce", woo)
    soap = ProductFactory(store=in_store, source="woocommerce", external_id="41")
    voucher = give(
        Offer(
            kind="value",
            amount_minor=15000,
            minimum_minor=50000,
            products=[soap],
            expires_at=now + timedelta(days=30),
        )
    )
    assert woo.coupons == []  # nothing is called in the transaction
    drain_commands()
    (coupon,) = woo.coupons
    assert (coupon["code"], coupon["amount"]) == (voucher.code, "150.00")
    assert (coupon["minimum_amount"], coupon["product_ids"]) == ("500.00", [41])
    assert coupon["date_expires_gmt"] == "2026-04-02T12:00:00"
    assert command_of(voucher).status == "done"


def test_what_is_set_aside_is_made_when_its_mail_leaves_and_once(
    connected, shopify, give, in_store, now
):
    connected("shopify", shopify)
    jana = CustomerFactory(store=in_store)
    voucher = give(customer=jana, occasion="birthday:2026", is_live=False)
    drain_commands()
    assert shopify.codes == {}
    for _ in range(3):
        activate_vouchers(customer_ids=[jana.pk], occasions=["birthday:2026"], now=now)
        give(customer=jana, occasion="birthday:2026")
    drain_commands()
    assert list(shopify.codes) == [voucher.code]
    assert PlatformCommand.objects.count() == 1


def test_a_lost_answer_makes_no_second_code(connected, shopify, give, tried_again):
    connected("shopify", shopify)
    shopify.lose_answers = 1
    voucher = give()
    drain_commands()
    assert tried_again(command_of(voucher)).status == "done"
    assert list(shopify.codes) == [voucher.code]


@pytest.mark.parametrize(
    ("platform", "offer", "says"),
    [
        ("shopify", Offer(kind="gift", gift="Soap"), "Only amounts and percentages"),
        ("woocommerce", Offer(kind="gift", gift="Soap"), "no coupons for gifts"),
        ("shopify", Offer(kind="free_delivery"), "Only amounts and percentages"),
    ],
)
def test_what_the_shop_cannot_do_is_refused_in_words(
    connected, shopify, woo, give, platform, offer, says
):
    connected(platform, {"shopify": shopify, "woocommerce": woo}[platform])
    voucher = give(offer)
    drain_commands()
    command = command_of(voucher)
    assert command.status == "refused"
    assert says in command.error


def test_a_code_for_certain_goods_is_never_made_for_everything(
    connected, shopify, woo, give, in_store
):
    connected("shopify", shopify)
    ours = ProductFactory(store=in_store, source="shopify", external_id="77")
    strange = ProductFactory(store=in_store, source="generic", external_id="soap")
    known = give(Offer(kind="percent", percent=10, products=[ours]))
    both = give(Offer(kind="percent", percent=10, products=[ours, strange]))
    drain_commands()
    assert shopify.codes[known.code]["customerGets"]["items"] == {
        "products": {"productsToAdd": ["gid://shopify/Product/77"]}
    }
    assert list(shopify.codes) == [known.code]
    assert "by hand" in command_of(both).error


def test_free_delivery_is_a_coupon_at_woocommerce(connected, woo, give):
    connected("woocommerce", woo)
    give(Offer(kind="free_delivery"))
    drain_commands()
    assert woo.coupons[0]["free_shipping"] is True


def test_the_platform_comes_before_ones_own_system(connected, woo, receiver, give):
    connected("webhook", receiver)
    first = give()
    connected("woocommerce", woo)
    second = give()
    drain_commands()
    assert [heard["data"]["code"] for heard in receiver.heard] == [first.code]
    assert [coupon["code"] for coupon in woo.coupons] == [second.code]


def test_without_a_system_nothing_is_asked(give, in_store):
    give()
    assert not PlatformCommand.objects.exists()
