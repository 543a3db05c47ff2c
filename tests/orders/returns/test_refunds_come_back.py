"""The shop tells of refunds: they settle returns, whoever paid, and nothing is given twice."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from types import SimpleNamespace

import pytest

from core.events.spine import drain
from core.money import Amount
from orders.ingest.snapshots import RefundSnapshot, RefundUpdate
from orders.models import Order, Payback, Refund
from orders.operations.apply_lines import write_lines
from orders.operations.apply_refund import apply_refund
from orders.operations.limit_payback import MoreThanPaid, left_to_give
from orders.operations.match_refunds import match_refunds
from orders.operations.pay_back import confirm_payback, refund_return
from orders.operations.return_steps import TooLate
from orders.returns.read import offer_of
from tests.orders.returns.shop import (
    NOW,
    ask,
    connect,
    delivered,
    ended,
    events,
    lines,
    received,
    want,
)

pytestmark = pytest.mark.django_db
BY = "ann@lipa.example"


@pytest.fixture
def order(in_store):
    return delivered(in_store)


def shop_refunds(order, amount, *, name="501", of=(), deleted=False, at=NOW) -> None:
    """The shop's own news, through the same door as a webhook's."""
    news = RefundUpdate(
        source=order.source,
        order_external_id=order.external_id,
        currency=order.currency,
        refund=RefundSnapshot(
            external_id=name,
            amount=Amount(amount),
            reason="",
            lines=tuple((line.external_id, Decimal(1), Amount(amount)) for line in of),
            happened_at=at,
            deleted=deleted,
        ),
    )
    apply_refund(news=news, store=order.store, origin="live", now=NOW)
    drain()


def refund(asked, **more):
    return refund_return(**{"asked": asked, "once": "press", "by": BY, "now": NOW, **more})


def test_the_shop_pays_by_itself(order):
    mugs = lines(order)[0]
    asked = received(ask(order, want(mugs)))
    shop_refunds(order, 20000, of=[mugs])
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor) == ("done", 20000)
    assert not Payback.objects.get().is_ours
    with pytest.raises(TooLate):
        refund(asked)
    assert left_to_give(order) == 34800
    shop_refunds(order, 20000, of=[mugs])
    assert match_refunds(order_id=order.pk, now=NOW) == 0
    assert events().count("return.refunded") == 1


def test_a_part_is_recorded_and_the_rest_stays_open(order):
    mugs = lines(order)[0]
    asked = received(ask(order, want(mugs)))
    shop_refunds(order, 5000, of=[mugs])
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor) == ("received", 5000)
    assert refund(asked).amount_minor == 15000


def test_a_refund_not_worked_through_yet_is_not_paid_again(order):
    mugs = lines(order)[0]
    asked = received(ask(order, want(mugs)))
    Refund.objects.create(
        store=order.store,
        order=order,
        external_id="9",
        amount_minor=20000,
        currency="CZK",
        lines=[{"line_external_id": mugs.external_id, "quantity": "1", "amount_minor": 20000}],
        happened_at=NOW,
    )  # its event is still waiting for its turn
    with pytest.raises(TooLate):
        refund(asked)
    assert match_refunds(order_id=order.pk, now=NOW) == 1
    asked.refresh_from_db()
    assert asked.status == "done"


def test_goodwill_before_anything_came_is_not_the_return_s(order):
    asked = ask(order)
    shop_refunds(order, 3000)
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor, left_to_give(order)) == ("approved", 0, 51800)


def test_of_two_returns_the_one_whose_goods_are_named(order):
    mugs, lamp = lines(order)
    one, two = ask(order, want(mugs), once="a"), ask(order, want(lamp), once="b")
    shop_refunds(order, 9900, of=[lamp])
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, two.status) == ("approved", "done")


def test_what_was_given_elsewhere_leaves_less(order):
    asked = received(ask(order, want(lines(order)[0], 2)))
    shop_refunds(order, 40000, name="before", at=NOW - timedelta(days=6))
    with pytest.raises(MoreThanPaid) as no:
        refund(asked)
    assert no.value.left_minor == 14800


def test_news_and_answer_in_any_order_end_alike(in_store, order):
    Order.objects.update(source="shopify", external_id="77")
    order.refresh_from_db()
    connect(in_store)
    payback = refund(received(ask(order)))
    answer = {"id": "gid://shopify/Refund/501"}
    shop_refunds(order, 20000)
    payback.refresh_from_db()
    assert (payback.status, payback.refund.external_id) == ("done", "501")
    ended(payback, "done", answer=answer)
    assert (payback.status, payback.asked.status) == ("done", "done")
    assert (left_to_give(order), events().count("return.refunded")) == (34800, 1)


def test_news_after_the_answer_are_the_same_money(in_store, order):
    Order.objects.update(source="shopify", external_id="77")
    order.refresh_from_db()
    connect(in_store)
    payback = refund(received(ask(order)))
    ended(payback, "done", answer={"id": "gid://shopify/Refund/501"})
    for _ in range(2):
        shop_refunds(order, 20000)
    payback.refresh_from_db()
    assert payback.refund.external_id == "501"
    assert (left_to_give(order), Payback.objects.count()) == (34800, 1)
    assert events().count("return.refunded") == 1
    shop_refunds(order, 20000, name="502")  # another one, that the shop made
    assert left_to_give(order) == 14800


@pytest.mark.parametrize("turns", list(permutations(("501", "502", "503"))))
def test_refunds_in_any_order_of_arrival(order, turns):
    mugs, lamp = lines(order)
    amounts = {"501": (20000, [mugs]), "502": (9900, [lamp]), "503": (700, [])}
    ask(order, want(mugs), once="a")
    ask(order, want(lamp), once="b")
    for name in (*turns, *turns):
        amount, of = amounts[name]
        shop_refunds(order, amount, name=name, of=of)
    assert set(order.returns.values_list("status", "paid_back_minor")) == {
        ("done", 20000),
        ("done", 9900),
    }
    assert left_to_give(order) == 54800 - 30600


def test_a_refund_taken_back_opens_the_return_again(order):
    mugs = lines(order)[0]
    asked = received(ask(order, want(mugs)))
    shop_refunds(order, 20000, of=[mugs])
    shop_refunds(order, 20000, of=[mugs], deleted=True)
    asked.refresh_from_db()
    assert (asked.status, asked.paid_back_minor, asked.settled_at) == ("received", 0, None)
    assert left_to_give(order) == 54800
    confirm_payback(payback=refund(asked), now=NOW)
    asked.refresh_from_db()
    assert asked.status == "done"


def test_a_line_that_the_shop_takes_out_leaves_its_return_whole(order):
    mugs, lamp = lines(order)
    asked = received(ask(order, want(mugs, 2)))
    snapshot = SimpleNamespace(lines=())
    for _ in range(2):
        write_lines(order=order, snapshot=snapshot, lines=list(order.lines.all()))
    assert not order.lines.filter(pk=lamp.pk).exists()
    line = asked.lines.get()
    assert (line.amount_minor, line.order_line.title, line.order_line.quantity) == (
        40000,
        mugs.title,
        0,
    )
    assert not offer_of(order=order, now=NOW).can_return
    assert refund(asked).amount_minor == 40000
