"""Shopify's Admin GraphQL API, against a local fake written from its documentation."""

import pytest

ID = "gid://shopify/Order/450789469"


@pytest.fixture
def line(connected, shopify):
    paid = [
        {"id": "gid://1", "kind": "SALE", "status": "FAILURE", "gateway": "card"},
        {"id": "gid://2", "kind": "SALE", "status": "SUCCESS", "gateway": "gift_card"},
        {"id": "gid://3", "kind": "CAPTURE", "status": "SUCCESS", "gateway": "card"},
    ]
    for row, amount in zip(paid, ("500.00", "100.00", "399.00"), strict=True):
        row["amountSet"] = {"shopMoney": {"amount": amount}}
    shopify.orders[ID] = {"id": ID, "cancelledAt": None, "transactions": paid}
    return connected("shopify", shopify)


def test_an_order_is_canceled_once_although_the_answer_got_lost(
    line, shopify, order, wanted, tried_again
):
    shopify.lose_answers = 1
    first = wanted(line, "cancel", of=order)
    assert first.status == "waiting"
    assert shopify.orders[ID]["cancelledAt"]
    assert tried_again(first).status == "done"
    asked = [call.body["query"].split("(")[0].split()[-1] for call in shopify.calls]
    assert asked == ["Cancel", "State"]  # the second try looked, and had nothing left to do


def test_what_shopify_says_no_to_is_told_in_its_words(line, shopify, order, wanted):
    shopify.orders[ID]["cancelledAt"] = "2026-03-01T00:00:00Z"
    command = wanted(line, "cancel", of=order)
    assert (command.status, command.error) == ("refused", "Shopify: Order already cancelled")


def test_an_address_and_a_note_are_set(line, shopify, order, wanted):
    lines = {"name": "Jana Nováková", "street": "Lipová 1", "city": "Brno", "country": "CZ"}
    assert wanted(line, "edit_address", of=order, address=lines).status == "done"
    assert wanted(line, "edit_note", of=order, note="Zvonek nefunguje").status == "done"
    told = shopify.orders[ID]
    assert told["note"] == "Zvonek nefunguje"
    assert told["shippingAddress"] == {
        "firstName": "Jana",
        "lastName": "Nováková",
        "company": "",
        "address1": "Lipová 1",
        "address2": "",
        "city": "Brno",
        "countryCode": "CZ",
    }


def test_a_throttled_call_waits_until_the_bucket_has_filled(
    line, shopify, order, wanted, tried_again
):
    cost = {
        "requestedQueryCost": 1050,
        "throttleStatus": {"currentlyAvailable": 50, "restoreRate": 10.0},
    }
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    shopify.broken.append((200, {}, {"errors": [error], "extensions": {"cost": cost}}))
    command = wanted(line, "edit_note", of=order, note="x")
    assert command.status == "waiting"
    assert (command.due_at - line.created_at).total_seconds() >= 100
    assert tried_again(command).status == "done"


def test_money_goes_back_over_what_was_paid_and_once(line, shopify, order, wanted, tried_again):
    shopify.lose_answers = 0
    command = wanted(line, "refund", of=order, amount_minor=25000, reason="Broken")
    (sent,) = shopify.refunds.values()
    assert [(part["parentId"], part["amount"]) for part in sent["transactions"]] == [
        ("gid://2", "100.00"),
        ("gid://3", "150.00"),
    ]
    command.__class__.objects.filter(pk=command.pk).update(status="waiting")
    assert tried_again(command).status == "done"
    assert len(shopify.refunds) == 1


def test_no_more_goes_back_than_was_paid(line, shopify, order, wanted):
    command = wanted(line, "refund", of=order, amount_minor=50000)
    assert command.status == "refused"
    assert shopify.refunds == {}


def test_a_code_whose_answer_got_lost_is_ours(line, shopify, wanted, tried_again):
    shopify.lose_answers = 1
    said = {"code": "LIPA-7", "percent": 10, "starts_at": "2026-03-03T12:00:00Z"}
    command = wanted(line, "create_voucher", **said)
    assert command.status == "waiting"
    assert tried_again(command).status == "done"
    assert shopify.codes["LIPA-7"]["customerGets"]["value"] == {"percentage": 0.1}
    assert wanted(line, "create_voucher", **said).status == "refused"  # somebody else's


def test_an_order_known_by_its_number_only_is_left_to_people(line, shopify, order, wanted):
    order.external_id = "number:#1001"
    order.save()
    assert wanted(line, "cancel", of=order).status == "refused"
    assert shopify.calls == []


def test_wrong_credentials_are_told_and_tried_again(connected, shopify, order, wanted):
    line = connected("shopify", shopify, token="shpat_old")
    command = wanted(line, "cancel", of=order)
    assert command.status == "waiting"
    line.refresh_from_db()
    assert "credentials" in line.problem
