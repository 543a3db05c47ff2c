"""Money, credit and new goods for a return: once, and never more than was paid."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.events.spine import drain
from orders.credit import credit_of
from orders.models import (
    Order,
    Payback,
    PaybackLimit,
    PlatformCommand,
    Variant,
)
from orders.operations.exchange_return import exchange_return
from orders.operations.give_command import retry_command
from orders.operations.limit_payback import MoreThanPaid, left_to_give
from orders.operations.pay_back import (
    close_return,
    confirm_payback,
    credit_return,
    fail_payback,
    payable,
    refund_return,
)
from orders.operations.receive_return import Arrived, receive_return
from orders.operations.return_steps import TooLate
from tests.orders.returns.shop import (
    NOW,
    ask,
    connect,
    delivered,
    ended,
    events,
    lines,
    received,
    set_policy,
    want,
)

pytestmark = pytest.mark.django_db
BY = "ann@lipa.example"


@pytest.fixture
def order(in_store):
    return delivered(in_store)


def refund(asked, **more):
    return refund_return(**{"asked": asked, "once": "press", "by": BY, "now": NOW, **more})


def test_by_hand_it_is_done_when_somebody_says_so(order):
    asked = received(ask(order, want(lines(order)[0], 2)))
    payback = refund(asked)
    assert (payback.status, payback.amount_minor, payback.command) == ("waiting", 40000, None)
    assert refund(asked).pk == payback.pk
    with pytest.raises(TooLate):
        refund(asked, once="another tab")
    confirm_payback(payback=payback, now=NOW)
    with pytest.raises(TooLate):
        confirm_payback(payback=payback, now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor) == ("done", 40000)
    assert events()[-2:] == ["return.received", "return.refunded"]


def test_by_the_shops_system_once(in_store, order):
    Order.objects.update(source="shopify", external_id="77")
    connect(in_store)
    payback = refund(received(ask(order)))
    command = payback.command
    assert (command.kind, command.payload["amount_minor"]) == ("refund", 20000)
    ended(payback, "done", answer={"id": "gid://shopify/Refund/5"})
    assert (payback.status, payback.asked.status) == ("done", "done")


def test_a_clear_no_frees_the_money_and_is_not_tried_again_behind_our_back(in_store, order):
    Order.objects.update(source="shopify", external_id="77")
    connect(in_store)
    payback = refund(received(ask(order)))
    left = left_to_give(order)
    ended(payback, "refused", words="Shopify: no such payment")
    assert payback.status == "failed"
    assert payback.asked.problem == "Shopify: no such payment"
    assert left_to_give(order) == left + 20000
    assert not retry_command(command=PlatformCommand.objects.get())
    assert refund(payback.asked, once="again").status == "waiting"


def test_what_may_have_arrived_counts_until_a_person_knows(in_store, order):
    Order.objects.update(source="shopify", external_id="77")
    connect(in_store)
    payback = refund(received(ask(order)))
    ended(payback, "gone", words="Tried 5 times.")
    assert payback.status == "waiting"
    assert payback.asked.problem.startswith("It may have been done or not")
    with pytest.raises(TooLate):
        refund(payback.asked, once="again")
    fail_payback(payback=payback, problem="Looked in Shopify: it was not", now=NOW)
    assert refund(payback.asked, once="again").pk != payback.pk


def test_the_shops_own_system_is_told_and_its_news_decide(in_store, order):
    connect(in_store, "webhook")
    payback = refund(received(ask(order)))
    ended(payback, "done", answer={"status": 200})
    assert payback.status == "waiting"
    drain()
    told = PlatformCommand.objects.filter(kind="tell").order_by("pk")
    assert [row.payload["event"] for row in told] == [
        "return.requested",
        "return.approved",
        "return.received",
    ]
    assert told[2].payload["return"]["lines"][0]["received"] == "1"


def test_less_is_given_on_purpose_and_that_is_all(order):
    asked = received(ask(order), condition="damaged")
    confirm_payback(payback=refund(asked, amount_minor=12000), now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.due_minor, asked.paid_back_minor) == ("done", 12000, 12000)


def test_in_parts(order):
    asked = received(ask(order))
    confirm_payback(payback=refund(asked, amount_minor=5000, is_final=False), now=NOW)
    asked.refresh_from_db()
    assert (asked.status, payable(asked)) == ("received", 15000)
    confirm_payback(payback=refund(asked, once="rest"), now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor) == ("done", 20000)


def test_what_is_still_to_come_stays_open(order):
    asked = ask(order, want(lines(order)[0], 2))
    line = asked.lines.get()
    one = [Arrived(line_id=line.pk, quantity=Decimal(1), restock=Decimal(1))]
    asked = receive_return(asked=asked, arrived=one, by=BY, now=NOW)
    receive_return(asked=asked, arrived=one, by=BY, now=NOW)
    assert events().count("return.received") == 1
    confirm_payback(payback=refund(asked), now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor) == ("received", 20000)
    rest = [Arrived(line_id=line.pk, quantity=Decimal(2), condition="opened")]
    asked = receive_return(asked=asked, arrived=rest, by=BY, now=NOW)
    confirm_payback(payback=refund(asked, once="rest"), now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor) == ("done", 40000)


@pytest.mark.parametrize(
    "wrong", [{"quantity": 3}, {"quantity": -1}, {"restock": 2}, {"condition": "eaten"}]
)
def test_no_more_is_received_than_was_sent(order, wrong):
    asked = ask(order)
    one = {"quantity": 1, "restock": 0, **wrong}
    arrived = Arrived(
        line_id=asked.lines.get().pk,
        quantity=Decimal(one["quantity"]),
        restock=Decimal(one["restock"]),
        condition=one.get("condition", "as_new"),
    )
    with pytest.raises(TooLate):
        receive_return(asked=asked, arrived=[arrived], by=BY, now=NOW)
    asked.refresh_from_db()
    assert asked.status == "approved"


def test_never_more_than_the_goods_were_worth(order):
    with pytest.raises(TooLate):
        refund(received(ask(order)), amount_minor=20001)


def test_never_more_than_was_paid(order):
    asked = received(ask(order, want(lines(order)[0], 2)))
    Order.objects.update(total_minor=30000)
    with pytest.raises(MoreThanPaid) as no:
        refund(asked)
    assert no.value.left_minor == 30000
    assert not Payback.objects.exists()
    Order.objects.update(payment_status="pending")
    with pytest.raises(MoreThanPaid):
        refund(asked, amount_minor=1)


def test_the_database_itself_refuses_more_than_was_paid(order):
    refund(received(ask(order)))
    for wrong in ({"ours_minor": 54801}, {"elsewhere_minor": 34801}, {"paid_minor": 19999}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaybackLimit.objects.update(**wrong)


def test_credit_comes_with_its_bonus_and_once(in_store, order):
    set_policy(in_store, credit_bonus_percent=Decimal(10), credit_days=365)
    asked = received(ask(order, outcome="credit"))
    payback = credit_return(asked=asked, once="press", by=BY, now=NOW)
    assert credit_return(asked=asked, once="press", by=BY, now=NOW).pk == payback.pk
    with pytest.raises(TooLate):
        credit_return(asked=asked, once="tab", by=BY, now=NOW)
    (credit,) = credit_of(customer=order.customer, now=NOW)
    assert credit.available_minor == 22000
    assert credit.lots[0].expires_at == NOW + timedelta(days=365)
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor, left_to_give(order)) == ("done", 20000, 34800)
    assert events()[-1] == "return.credited"


def test_money_after_all_brings_no_bonus(in_store, order):
    set_policy(in_store, credit_bonus_percent=Decimal(10))
    asked = received(ask(order, outcome="credit"))
    assert refund(asked).bonus_minor == 0


def test_credit_needs_somebody_to_give_it_to(order):
    asked = received(ask(order, outcome="credit"))
    type(asked).objects.update(customer=None)
    with pytest.raises(TooLate):
        credit_return(asked=asked, once="press", by=BY, now=NOW)
    assert not Payback.objects.exists()
    assert left_to_give(order) == 54800


def test_at_once_on_receipt_where_the_shop_says_so(in_store, order):
    set_policy(in_store, pays_on_receipt=True)
    mugs, lamp = lines(order)
    asked = received(ask(order, want(mugs), outcome="credit", once="a"))
    assert asked.status == "done"
    asked = received(ask(order, want(lamp), once="b"))
    assert asked.paybacks.get().status == "waiting"
    asked = received(ask(order, want(mugs), once="c"), condition="damaged")
    assert not asked.paybacks.exists()


def test_what_cannot_be_paid_on_receipt_is_received_all_the_same(in_store, order):
    set_policy(in_store, pays_on_receipt=True)
    asked = ask(order)
    Order.objects.update(payment_status="pending")
    asked = received(asked)
    assert asked.status == "received"
    assert asked.problem.startswith("Only CZK0.00 of what was paid")


def exchanged(order, price, **more):
    variant = Variant.objects.get(price_minor=price)
    asked = ask(order, want(lines(order)[0], variant_id=variant.pk), outcome="exchange")
    asked = received(asked)
    payback = exchange_return(asked=asked, once="press", by=BY, now=NOW, **more)
    return asked, payback


def test_an_exchange_becomes_a_new_order(in_store, order):
    asked, payback = exchanged(order, 20000)
    assert exchange_return(asked=asked, once="press", by=BY, now=NOW).pk == payback.pk
    new = delivered(in_store, number="2042", customer=order.customer)
    confirm_payback(payback=payback, number="2042", now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.exchange_order, asked.exchange_number) == ("done", new, "2042")
    assert events()[-1] == "return.exchanged"
    with pytest.raises(TooLate):
        exchange_return(asked=asked, once="tab", by=BY, now=NOW)


def test_cheaper_goods_bring_the_rest_back(order):
    asked, payback = exchanged(order, 15000)
    assert payback.amount_minor == 15000
    rest = asked.paybacks.get(kind="refund")
    assert (rest.amount_minor, left_to_give(order)) == (5000, 34800)
    confirm_payback(payback=payback, number="1", now=NOW)
    asked.refresh_from_db()
    assert asked.status == "received"
    confirm_payback(payback=rest, now=NOW)
    asked.refresh_from_db()
    assert asked.status == "done"


def test_dearer_goods_say_what_is_to_be_paid(in_store, order):
    connect(in_store, "webhook")
    _asked, payback = exchanged(order, 25000)
    assert payback.command.kind == "exchange"
    assert payback.command.payload["to_pay_minor"] == 5000
    assert payback.command.payload["lines"][0]["instead"].endswith("-v1")


def test_closed_without_more(order):
    asked = received(ask(order))
    waiting = refund(asked, amount_minor=100, is_final=False)
    with pytest.raises(TooLate):
        close_return(asked=asked, by=BY, now=NOW)
    confirm_payback(payback=waiting, now=NOW)
    assert close_return(asked=asked, by=BY, now=NOW).status == "done"
    with pytest.raises(TooLate):
        refund(asked, once="late")
