"""A buyer withdraws from the contract: without a reason, without asking, once, with all that is due."""

from datetime import timedelta

import pytest

from core.events.models import EventRow
from orders.models import Fulfillment, Order, Return, ReturnUnit
from orders.operations.ask_return import ReturnNotOffered
from orders.operations.cancel_return import cancel_return
from orders.operations.pay_back import confirm_payback, refund_return
from orders.operations.return_steps import TooLate
from orders.operations.withdraw_order import withdraw_order
from orders.returns.timeline import is_overdue, timeline_of
from tests.orders.returns.shop import NOW, ask, delivered, events, lines, set_policy, want

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(in_store):
    return delivered(in_store)


def withdraw(order, *wanted, **more):
    told = {"name": "Jana Nováková", "email": "jana@mail.example", "once": "form", "now": NOW}
    return withdraw_order(order=order, wanted=wanted or None, **{**told, **more})


def test_all_of_it_comes_back_with_the_delivery(in_store, order):
    set_policy(in_store, fee_minor=5000, approval="person", window_days=0)
    done = withdraw(order)
    assert (done.kind, done.status, done.reason) == ("withdrawal", "approved", "")
    assert (done.goods_minor, done.shipping_minor, done.fee_minor) == (49900, 4900, 0)
    assert done.due_minor == 54800
    assert (done.send_by, done.pay_by) == (NOW + timedelta(days=14), NOW + timedelta(days=14))
    assert (done.declared_name, done.declared_email) == ("Jana Nováková", "jana@mail.example")
    assert {line.reason_key for line in done.lines.all()} == {""}
    assert events() == ["return.withdrawn"]
    assert EventRow.objects.get(name="return.withdrawn").payload["return_id"] == done.pk
    confirm_payback(payback=refund_return(asked=done, once="p", by="a@b.example", now=NOW), now=NOW)
    done.refresh_from_db()
    assert (done.status, done.paid_back_minor) == ("done", 54800)


def test_a_part_of_it_comes_back_without_the_delivery(order):
    mugs = lines(order)[0]
    assert withdraw(order, want(mugs, 2)).due_minor == 40000
    with pytest.raises(ReturnNotOffered) as no:
        withdraw(order, want(mugs), once="again")
    assert no.value.reason == "nothing_left"


def test_the_same_form_twice_is_one_withdrawal(order):
    assert withdraw(order).pk == withdraw(order).pk
    assert (Return.objects.count(), ReturnUnit.objects.count()) == (1, 3)


def test_before_the_parcel_has_left(order):
    Fulfillment.objects.update(shipped_at=None, delivered_at=None, status="preparing")
    Order.objects.update(fulfillment_status="unfulfilled", delivered_at=None)
    order.refresh_from_db()
    assert withdraw(order).due_minor == 54800


def test_when_the_time_is_over(order):
    with pytest.raises(ReturnNotOffered) as no:
        withdraw(order, now=NOW + timedelta(days=10))
    assert no.value.reason == "too_late"
    assert not Return.objects.exists()


def test_what_is_in_a_return_already_is_left_out(order):
    ask(order, want(lines(order)[0], 2))
    assert withdraw(order).goods_minor == 9900


def test_a_withdrawal_is_not_called_off_by_one_side(order):
    with pytest.raises(TooLate):
        cancel_return(asked=withdraw(order), now=NOW)


def test_the_stations_with_their_days(in_store, order):
    set_policy(in_store, approval="person", answer_within_days=2)
    asked = ask(order)
    assert [(step.key, step.is_now) for step in timeline_of(asked)] == [
        ("requested", True),
        ("approved", False),
        ("sent", False),
        ("received", False),
        ("done", False),
    ]
    assert timeline_of(asked)[1].due == NOW + timedelta(days=2)
    assert not is_overdue(asked, now=NOW + timedelta(days=2))
    assert is_overdue(asked, now=NOW + timedelta(days=2, seconds=1))
    gone = cancel_return(asked=asked, now=NOW)
    assert [step.key for step in timeline_of(gone)] == ["requested", "canceled"]
