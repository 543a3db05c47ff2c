"""Entering, judging and forbidding ask the database a fixed number of times, however large the batch."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.events.models import EventRow
from engagement.flows.operations.enter_flows import enter_flows
from engagement.flows.rules import RULES
from engagement.messages.models import Message
from engagement.messages.rules import Go
from tests.conftest import NOON
from tests.factories.orders import OrderLineFactory, ProductFactory

LATER = NOON + timedelta(days=14, hours=23)  # 10:00 in Prague on the next day is past for all


def queries(call) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


@pytest.fixture
def many(shop, bought, place, ship, deliver):
    """Confirmations, dispatch news, requests, reminders and replenishment of twelve customers."""
    for index in range(12):
        product = ProductFactory(store=shop, replenish_after_days=10 + index)
        order = bought(product=product).order
        place(order)
        deliver(ship(order))


NEWS = ["order_confirmation", "order_shipped", "delivered"]
MARKETING = ["review_request", "replenishment"]


@pytest.mark.parametrize(
    ("flows", "at_claim", "at_mark"),
    [
        (NEWS, 9, 7),
        (MARKETING, 14, 14),
        (NEWS + MARKETING, 16, 14),
    ],
)
def test_rulings_cost_the_same_for_one_order_and_for_twelve(many, flows, at_claim, at_mark):
    everything = list(Message.objects.filter(flow__in=flows, step__in=["send", "ask", "remind"]))
    first = [message for message in everything if message.order_id == everything[0].order_id]
    assert len(everything) == 12 * len(first)
    for ask, most in ((RULES.judge, at_claim), (RULES.forbidden, at_mark)):
        few = queries(lambda ask=ask: ask(messages=first, now=NOON))
        lots = queries(lambda ask=ask: ask(messages=everything, now=NOON))
        assert few == lots, ask
        assert lots <= most, ask


def test_what_is_judged_fit_in_a_batch_is_what_is_judged_fit_alone(many):
    messages = list(Message.objects.filter(status=Message.Status.PLANNED))
    for now in (NOON, LATER):
        together = RULES.judge(messages=messages, now=now)
        for message in messages:
            alone = RULES.judge(messages=[message], now=now)[message.pk]
            assert alone == together[message.pk]
    assert sum(
        isinstance(ruling, Go) for ruling in RULES.judge(messages=messages, now=NOON).values()
    )


def test_entering_costs_the_same_for_one_product_and_for_twenty(shop, bought, ship):
    costs = []
    for lines in (1, 20):
        order = bought(product=ProductFactory(store=shop, replenish_after_days=70)).order
        for _ in range(lines - 1):
            product = ProductFactory(store=shop, replenish_after_days=70)
            OrderLineFactory(store=shop, order=order, product=product)
        ship(order, run=False)
        event = EventRow.objects.latest("pk").as_event()
        costs.append(queries(lambda event=event: enter_flows(event=event, now=NOON)))
        assert Message.objects.filter(order=order, flow="replenishment").count() == lines
        again = queries(lambda event=event: enter_flows(event=event, now=NOON))
        assert again <= costs[-1]
    assert costs[0] == costs[1] <= 17


def test_news_that_starts_nothing_costs_nothing(shop, bought, place, django_assert_num_queries):
    order = bought().order
    place(order, run=False, origin="import")
    event = EventRow.objects.latest("pk").as_event()
    with django_assert_num_queries(0):
        enter_flows(event=event, now=NOON)
