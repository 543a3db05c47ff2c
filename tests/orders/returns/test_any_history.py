"""Whatever customers, staff and the shop's system do in whatever order: never more pieces back than were
bought, never more given than was paid, and news twice or backwards end alike.

CI walks a few of them (`RETURN_EXAMPLES`, `RETURN_STEPS`); a failure prints the steps and how to repeat
them.
"""

import os
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.stores.scope import store_scope
from orders.models import (
    Order,
    Payback,
    PaybackLimit,
    Refund,
    Return,
    ReturnUnit,
    Variant,
)
from orders.operations.ask_return import ReturnNotOffered
from orders.operations.cancel_return import cancel_return
from orders.operations.decide_return import approve_return, refuse_return
from orders.operations.exchange_return import exchange_return
from orders.operations.limit_payback import left_to_give, paid_for
from orders.operations.match_refunds import match_refunds
from orders.operations.pay_back import (
    close_return,
    confirm_payback,
    credit_return,
    fail_payback,
    refund_return,
)
from orders.operations.receive_return import Arrived, receive_return
from orders.operations.return_steps import TooLate
from orders.operations.settle_return import amount_of
from orders.operations.withdraw_order import withdraw_order
from orders.returns.assign import Open, Ours, Told, assign
from tests.factories.stores import StoreFactory
from tests.orders.returns.shop import NOW, ask, delivered, lines, set_policy, want

EXAMPLES = int(os.environ.get("RETURN_EXAMPLES", "6"))
STEPS = int(os.environ.get("RETURN_STEPS", "25"))
NUMBERS = count(1)
BY = "ann@lipa.example"
WHICH = st.integers(0, 9)


class AnyHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.store = StoreFactory(slug=f"returns-{next(NUMBERS)}")
        self.scope = store_scope(self.store.pk)
        self.scope.__enter__()
        set_policy(self.store, photo="never", fee_minor=500, credit_bonus_percent=Decimal(10))
        self.order = delivered(self.store)
        self.now = NOW

    def teardown(self) -> None:
        before = self.state()
        for refund in reversed(list(Refund.objects.filter(order=self.order))):
            match_refunds(order_id=refund.order_id, now=self.now)
        assert self.state() == before
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def state(self):
        rows = Return.objects.filter(order=self.order).order_by("pk")
        paid = Payback.objects.filter(order=self.order).order_by("asked_id", "once")
        return [
            list(rows.values_list("status", "paid_back_minor", "agreed_minor")),
            list(paid.values_list("asked_id", "once", "status", "amount_minor", "refund_id")),
        ]

    def tries(self, deed, **more) -> None:
        """Do it, twice where it is a form; a no is an answer, and leaves nothing behind."""
        try:
            with transaction.atomic():
                deed(**more, now=self.now)
        except (TooLate, ReturnNotOffered):
            pass
        self.now += timedelta(minutes=7)

    def one(self, which: int) -> Return | None:
        rows = list(Return.objects.filter(order=self.order).order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def payback(self, which: int) -> Payback | None:
        rows = list(Payback.objects.filter(order=self.order).order_by("pk"))
        return rows[which % len(rows)] if rows else None

    @rule(
        line=st.integers(0, 1),
        quantity=st.integers(1, 2),
        outcome=st.sampled_from(["refund", "credit", "exchange"]),
        price=st.sampled_from([15000, 20000, 25000]),
        looked_at=st.booleans(),
    )
    def asks(self, line, quantity, outcome, price, looked_at):
        set_policy(self.store, approval="person" if looked_at else "auto")
        variant = Variant.objects.get(price_minor=price)
        wanted = want(lines(self.order)[line], quantity, variant_id=variant.pk)
        once = f"form-{next(NUMBERS)}"
        for _ in range(2):
            self.tries(lambda now: ask(self.order, wanted, outcome=outcome, once=once, now=now))

    @rule()
    def withdraws(self):
        once = f"form-{next(NUMBERS)}"
        self.tries(
            lambda now: withdraw_order(order=self.order, name="", email="", once=once, now=now)
        )

    @rule(which=WHICH, deed=st.sampled_from(["approve", "refuse", "cancel", "close"]))
    def is_decided(self, which, deed):
        asked = self.one(which)
        if asked is None:
            return
        if deed == "approve":
            self.tries(approve_return, asked=asked, by=BY)
        elif deed == "refuse":
            self.tries(refuse_return, asked=asked, reason="Ne", by=BY)
        elif deed == "cancel":
            self.tries(cancel_return, asked=asked)
        else:
            self.tries(close_return, asked=asked, by=BY)

    @rule(which=WHICH, quantity=st.integers(0, 2))
    def arrives(self, which, quantity):
        asked = self.one(which)
        if asked is None:
            return
        arrived = [
            Arrived(line_id=line.pk, quantity=Decimal(quantity)) for line in asked.lines.all()
        ]
        self.tries(receive_return, asked=asked, arrived=arrived, by=BY)

    @rule(
        which=WHICH,
        how=st.sampled_from(["refund", "credit", "exchange"]),
        amount=st.one_of(st.none(), st.integers(1, 50000)),
        is_final=st.sampled_from([None, True, False]),
    )
    def is_paid(self, which, how, amount, is_final):
        asked = self.one(which)
        if asked is None:
            return
        told = {"asked": asked, "once": f"press-{next(NUMBERS)}", "by": BY}
        for _ in range(2):
            if how == "refund":
                self.tries(refund_return, amount_minor=amount, is_final=is_final, **told)
            else:
                self.tries(credit_return if how == "credit" else exchange_return, **told)

    @rule(which=WHICH, is_done=st.booleans())
    def ends(self, which, is_done):
        payback = self.payback(which)
        if payback is None:
            return
        if is_done:
            self.tries(confirm_payback, payback=payback)
        else:
            self.tries(fail_payback, payback=payback, problem="No")

    @rule(
        which=st.one_of(st.none(), st.integers(0, 1)),
        amount=st.sampled_from([500, 9900, 19500, 20000, 40000]),
    )
    def the_shop_refunds(self, which, amount):
        """As a platform would: never more than is left. Told twice."""
        if amount > left_to_give(self.order):
            return
        named = [] if which is None else [lines(self.order)[which].external_id]
        Refund.objects.create(
            store=self.store,
            order=self.order,
            external_id=f"r{next(NUMBERS)}",
            amount_minor=amount,
            currency=self.order.currency,
            lines=[{"line_external_id": n, "quantity": "1", "amount_minor": 1} for n in named],
            happened_at=self.now,
        )
        self.tries(lambda now: match_refunds(order_id=self.order.pk, now=now))
        before = self.state()
        match_refunds(order_id=self.order.pk, now=self.now)
        assert self.state() == before

    @invariant()
    def no_piece_comes_back_twice(self):
        for line in lines(self.order):
            numbers = list(
                ReturnUnit.objects.filter(order_line=line).values_list("number", flat=True)
            )
            assert len(numbers) == len(set(numbers)) <= line.quantity
            assert not [n for n in numbers if n > line.quantity]

    @invariant()
    def never_more_than_was_paid(self):
        order = Order.objects.get(pk=self.order.pk)
        rows = list(
            Payback.objects.filter(order=order).exclude(status="failed").select_related("refund")
        )
        ours = sum(row.amount_minor for row in rows if row.is_ours)
        linked = {row.refund_id for row in rows if row.is_ours}
        elsewhere = sum(
            refund.amount_minor
            for refund in Refund.objects.filter(order=order)
            if refund.pk not in linked
        )
        assert ours + elsewhere <= paid_for(order)
        limit = PaybackLimit.objects.filter(order=order).first()
        assert (limit.ours_minor if limit else 0) == ours

    @invariant()
    def what_a_return_says_is_what_its_rows_say(self):
        for asked in Return.objects.filter(order=self.order):
            rows = asked.paybacks.filter(status="done").select_related("refund")
            assert asked.paid_back_minor == sum(amount_of(row) for row in rows)
            if asked.status == "done":
                assert asked.paid_back_minor >= asked.due_minor
            if asked.status in ("refused", "canceled"):
                assert not ReturnUnit.objects.filter(line__asked=asked).exists()


@pytest.mark.django_db
def test_any_history_keeps_within_what_was_bought_and_paid():
    run_state_machine_as_test(
        AnyHistory,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


amounts = st.sampled_from([500, 9900, 19500, 20000])
hours = st.integers(-3, 5).map(lambda n: NOW + timedelta(hours=n))
names = st.frozensets(st.sampled_from(["mugs", "lamp"]), max_size=2)


@given(
    refunds=st.lists(st.tuples(amounts, names, hours), max_size=6),
    ours=st.lists(st.tuples(amounts, st.sampled_from(["", "r0", "r1"]), hours), max_size=3),
    returns=st.lists(st.tuples(amounts, names, hours, st.none() | hours), max_size=3),
    order=st.randoms(),
)
def test_who_answers_whom_does_not_hang_on_the_order_of_the_news(refunds, ours, returns, order):
    told = [
        Told(pk=n, external_id=f"r{n}", amount_minor=a, lines=of, happened_at=at)
        for n, (a, of, at) in enumerate(refunds)
    ]
    paid = [
        Ours(pk=n, asked_id=0, amount_minor=a, refund_id=name, made_at=at)
        for n, (a, name, at) in enumerate(ours)
    ]
    opened = [
        Open(pk=n, lines=of, due_minor=due, ours_minor=0, requested_at=at, received_at=came)
        for n, (due, of, at, came) in enumerate(returns)
    ]
    first = assign(told=told, ours=paid, returns=opened)
    mixed = list(told)
    order.shuffle(mixed)
    assert assign(told=mixed, ours=paid, returns=opened) == first
    assert len(set(first.of_ours.values())) == len(first.of_ours)
    assert not first.of_ours.keys() & first.by_shop.keys()
