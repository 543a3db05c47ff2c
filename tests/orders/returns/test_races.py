"""Two tabs, two people, two threads in the same instant: one return per piece, one payment (PostgreSQL)."""

import threading
from collections.abc import Callable

import pytest

from core.stores.scope import store_scope
from orders.credit import credit_of
from orders.models import Order, Payback, PaybackLimit, Return, ReturnUnit
from orders.operations.ask_return import ReturnNotOffered
from orders.operations.cancel_return import cancel_return
from orders.operations.decide_return import approve_return, refuse_return
from orders.operations.pay_back import credit_return, refund_return
from orders.operations.return_steps import TooLate
from tests.engagement.messages.at_once import at_once
from tests.orders.returns.shop import NOW, ask, delivered, lines, received, set_policy, want

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RIVALS = 6


def together(store, *deeds: Callable[[], object]) -> list[object]:
    """What each deed came to: its answer, or the no that it was told. All start at one instant."""
    start = threading.Barrier(len(deeds))
    told: list[object] = []

    def run(deed: Callable[[], object]) -> None:
        start.wait(10)
        with store_scope(store.pk):
            try:
                told.append(deed())
            except (ReturnNotOffered, TooLate) as no:
                told.append(no)

    at_once(*(lambda deed=deed: run(deed) for deed in deeds))
    return told


@pytest.fixture
def order(store) -> Order:
    with store_scope(store.pk):
        return delivered(store)


def test_two_mugs_and_six_tabs(store, order):
    with store_scope(store.pk):
        mugs = lines(order)[0]
    told = together(
        store, *(lambda n=n: ask(order, want(mugs), once=f"tab-{n}") for n in range(RIVALS))
    )
    assert sum(isinstance(one, Return) for one in told) == 2
    with store_scope(store.pk):
        assert sorted(ReturnUnit.objects.values_list("number", flat=True)) == [1, 2]


def test_one_form_sent_six_times(store, order):
    with store_scope(store.pk):
        mugs = lines(order)[0]
    told = together(store, *(lambda: ask(order, want(mugs), once="form") for _ in range(RIVALS)))
    assert len({one.pk for one in told if isinstance(one, Return)}) == 1
    assert len(told) == RIVALS


def test_six_people_press_refund(store, order):
    with store_scope(store.pk):
        asked = received(ask(order, want(lines(order)[0], 2)))
    told = together(
        store,
        *(
            lambda n=n: refund_return(asked=asked, once=f"press-{n}", by="a@b.example", now=NOW)
            for n in range(RIVALS)
        ),
    )
    assert sum(isinstance(one, Payback) for one in told) == 1
    with store_scope(store.pk):
        assert PaybackLimit.objects.get().ours_minor == 40000


def test_returns_of_one_order_paid_at_one_instant_stay_within_what_was_paid(store, order):
    with store_scope(store.pk):
        mugs, lamp = lines(order)
        every = [
            received(ask(order, wanted, once=f"{n}"))
            for n, wanted in enumerate((want(mugs), want(mugs), want(lamp)))
        ]
        Order.objects.update(total_minor=30000)
    together(
        store,
        *(
            lambda asked=asked, n=n: refund_return(
                asked=asked, once=f"press-{n}", by="a@b.example", now=NOW
            )
            for asked in every
            for n in range(2)
        ),
    )
    with store_scope(store.pk):
        given = sum(Payback.objects.values_list("amount_minor", flat=True))
        assert given == PaybackLimit.objects.get().ours_minor
        assert 20000 <= given <= 30000


def test_money_and_credit_at_one_instant(store, order):
    with store_scope(store.pk):
        set_policy(store)
        asked = received(ask(order, outcome="credit"))
    together(
        store,
        lambda: refund_return(asked=asked, once="a", by="a@b.example", now=NOW),
        lambda: credit_return(asked=asked, once="b", by="a@b.example", now=NOW),
        lambda: credit_return(asked=asked, once="c", by="a@b.example", now=NOW),
    )
    with store_scope(store.pk):
        payback = Payback.objects.get()
        credit = credit_of(customer=order.customer, now=NOW)
        assert bool(credit) == (payback.kind == "credit")


def test_approved_refused_and_canceled_at_one_instant(store, order):
    with store_scope(store.pk):
        set_policy(store, approval="person")
        asked = ask(order)
    told = together(
        store,
        lambda: approve_return(asked=asked, by="a@b.example", now=NOW),
        lambda: refuse_return(asked=asked, reason="Ne", by="a@b.example", now=NOW),
        lambda: cancel_return(asked=asked, now=NOW),
    )
    with store_scope(store.pk):
        asked.refresh_from_db()
        assert asked.status in ("refused", "canceled")  # an approval may come first, never last
        assert not ReturnUnit.objects.exists()
    assert sum(isinstance(one, TooLate) for one in told) >= 1
