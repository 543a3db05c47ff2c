"""WooCommerce's REST API v3, against a local fake written from its documentation."""

import pytest

from tests.factories.orders import OrderFactory


@pytest.fixture
def order(in_store):
    return OrderFactory(store=in_store, source="woocommerce", external_id="727")


@pytest.fixture
def line(connected, woo):
    woo.orders["727"] = {"id": 727, "status": "processing"}
    return connected("woocommerce", woo)


def test_an_order_is_canceled_unless_the_shop_has_sent_it(line, woo, order, wanted):
    assert wanted(line, "cancel", of=order).status == "done"
    assert woo.orders["727"]["status"] == "cancelled"
    assert wanted(line, "cancel", of=order).answer == {"was": "canceled already"}
    woo.orders["727"]["status"] = "completed"
    late = wanted(line, "cancel", of=order)
    assert late.status == "refused"
    assert woo.orders["727"]["status"] == "completed"


def test_address_phone_and_note_are_set(line, woo, order, wanted):
    lines = {"name": "Jana Nováková", "street": "Lipová 1", "postcode": "602 00"}
    assert wanted(line, "edit_address", of=order, address=lines).status == "done"
    assert woo.orders["727"]["shipping"]["address_1"] == "Lipová 1"
    assert wanted(line, "edit_note", of=order, note="Zvonek").status == "done"
    assert woo.orders["727"]["customer_note"] == "Zvonek"
    assert wanted(line, "edit_contact", of=order, phone="+420 777").status == "done"
    assert woo.orders["727"]["billing"] == {"phone": "+420 777"}


def test_a_refund_whose_answer_got_lost_is_not_given_twice(line, woo, order, wanted, tried_again):
    woo.lose_answers = 1
    command = wanted(line, "refund", of=order, amount_minor=12345, reason="Broken")
    assert command.status == "waiting"
    assert tried_again(command).status == "done"
    assert [row["amount"] for row in woo.refunds] == ["123.45"]


def test_a_coupon_whose_answer_got_lost_is_ours(line, woo, wanted, tried_again):
    woo.lose_answers = 1
    said = {"code": "LIPA-7", "amount_minor": 10000, "currency": "CZK"}
    command = wanted(line, "create_voucher", **said)
    assert tried_again(command).status == "done"
    assert [row["amount"] for row in woo.coupons] == ["100.00"]
    assert wanted(line, "create_voucher", **said).status == "refused"


def test_an_order_that_the_shop_does_not_know_is_refused_in_its_words(line, woo, order, wanted):
    woo.orders.clear()
    command = wanted(line, "edit_note", of=order, note="x")
    assert (command.status, command.error) == ("refused", "WooCommerce: Invalid ID.")
