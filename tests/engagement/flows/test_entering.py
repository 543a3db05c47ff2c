"""Each flow enters once per occurrence, however often, and in whatever order, its news is told."""

from datetime import timedelta

import pytest

from engagement.flows.models import Flow
from engagement.messages.models import Lane, Message, Outbox, Reason
from orders.events import (
    CustomerAnniversaryNeared,
    CustomerBirthdayNeared,
    FulfillmentDelivered,
    FulfillmentDeliveryFailed,
    FulfillmentOutForDelivery,
    FulfillmentReadyForPickup,
    FulfillmentReturning,
    FulfillmentShipped,
    OrderCanceled,
    OrderChanged,
    OrderDelayed,
    OrderPlaced,
    OrderRefunded,
)
from orders.models import Order, Refund
from tests.conftest import NOON
from tests.factories.orders import FulfillmentFactory


def news_of(shop, purchase):
    """One occurrence of every order flow: (news, row, key) and the flow, subject, occurrence due."""
    order, customer = purchase.order, purchase.customer
    parcel = FulfillmentFactory(store=shop, order=order)
    rest = FulfillmentFactory(store=shop, order=order)
    refund = Refund.objects.create(
        store=shop,
        order=order,
        external_id="r1",
        amount_minor=100,
        currency="CZK",
        happened_at=NOON,
    )
    ids = {"order_id": order.pk, "customer_id": customer.pk}
    of_parcel = {**ids, "fulfillment_id": parcel.pk}
    o, p, c = f"order:{order.pk}", f"fulfillment:{parcel.pk}", f"customer:{customer.pk}"
    part = FulfillmentShipped(**ids, fulfillment_id=rest.pk, is_partial=True)
    refunded = OrderRefunded(**ids, refund_id=refund.pk, amount_minor=100, currency="CZK")
    birthday = CustomerBirthdayNeared(customer_id=customer.pk, on="2026-03-20")
    joined = CustomerAnniversaryNeared(customer_id=customer.pk, on="2026-03-21", years=3)
    return {
        "order_confirmation": (OrderPlaced(**ids), order, "", o, "0"),
        "order_changed": (
            OrderChanged(**ids, changes=["items"]),
            order,
            f"{order.pk}:abcdef0123456789",
            o,
            "abcdef0123456789",
        ),
        "order_canceled": (OrderCanceled(**ids, reason=""), order, "", o, "0"),
        "order_shipped": (FulfillmentShipped(**of_parcel, is_partial=False), parcel, "", p, "0"),
        "order_partly_shipped": (part, rest, "", f"fulfillment:{rest.pk}", "0"),
        "out_for_delivery": (FulfillmentOutForDelivery(**of_parcel), parcel, "", p, "0"),
        "ready_for_pickup": (FulfillmentReadyForPickup(**of_parcel), parcel, "", p, "0"),
        "returning_uncollected": (FulfillmentReturning(**of_parcel), parcel, "", p, "0"),
        "delivery_failed": (
            FulfillmentDeliveryFailed(**of_parcel),
            parcel,
            f"{parcel.pk}:2026-03-03",
            p,
            "2026-03-03",
        ),
        "delivered": (FulfillmentDelivered(**of_parcel), parcel, "", p, "0"),
        "order_delayed": (
            OrderDelayed(**ids, cause="silent"),
            order,
            f"{order.pk}:silent:parcel-7",
            o,
            "silent:parcel-7",
        ),
        "refund_issued": (refunded, refund, "", f"refund:{refund.pk}", "0"),
        "birthday": (birthday, customer, f"{customer.pk}:2026", c, "2026"),
        "account_anniversary": (joined, customer, f"{customer.pk}:3", c, "3"),
    }


@pytest.mark.parametrize("order", ["forward", "backward"])
def test_every_news_told_twice_and_in_any_order_is_one_mail(shop, bought, tell, order):
    cast = news_of(shop, bought())
    told = list(cast.values())
    for news, row, key, _, _ in told if order == "forward" else reversed(told):
        tell(news, row, key=key)
        tell(news, row, key=key)
    for flow, (_, _, _, subject, occurrence) in cast.items():
        message = Message.objects.get(flow=flow)
        assert (message.subject, message.occurrence) == (subject, occurrence), flow
        assert message.template == flow
        living = Outbox.objects.filter(message=message)
        for row in living:
            assert row.lane == (Lane.MARKETING if message.is_marketing else Lane.TRANSACTIONAL)


def test_a_birthday_is_planned_for_the_morning_where_the_customer_lives(shop, bought, tell):
    customer = bought().customer
    customer.time_zone = "America/New_York"
    customer.save()
    news = CustomerBirthdayNeared(customer_id=customer.pk, on="2026-03-20")
    tell(news, customer, key=f"{customer.pk}:2026")
    message = Message.objects.get(flow="birthday")
    assert message.due_at.isoformat() == "2026-03-20T13:00:00+00:00"  # 9:00 summer time there
    assert message.facts["occasion"] == {"kind": "birthday", "on": "2026-03-20"}


@pytest.mark.parametrize("heard", [[0, 1], [1, 0]], ids=["in their order", "the later one first"])
def test_changes_not_told_yet_are_told_together(shop, bought, tell, heard):
    order = bought().order
    ids = {"order_id": order.pk, "customer_id": order.customer_id}
    for index in heard:
        change = ["items", "address"][index]
        tell(
            OrderChanged(**ids, changes=[change]),
            order,
            key=f"{order.pk}:{index}",
            at=NOON + timedelta(seconds=index),
        )
    first, second = Message.objects.filter(flow="order_changed").order_by("anchor_at")
    assert (first.status, first.reason) == (Message.Status.SKIPPED, Reason.OVERTAKEN)
    assert second.facts["changes"] == ["items", "address"]


def test_a_cancellation_ends_what_is_planned_and_tells(shop, bought, place, ship, tell):
    order = bought().order
    place(order)
    ship(order)
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELED)
    news = OrderCanceled(order_id=order.pk, customer_id=order.customer_id, reason="customer")
    tell(news, order)
    ended = Message.objects.filter(reason=Reason.ORDER_CANCELED)
    assert set(ended.values_list("flow", flat=True)) == {
        "order_confirmation", "order_shipped", "review_request"
    }  # fmt: skip
    assert Message.objects.get(flow="order_canceled").status == Message.Status.PLANNED
    assert Outbox.objects.count() == 1


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, {"planned"}),
        ({"origin": "import"}, set()),
        ({"origin": "replay"}, {"planned"}),
        ({"at": NOON - timedelta(days=400)}, set()),
        ({"at": NOON - timedelta(hours=49)}, {Reason.STALE}),
        ({"at": NOON - timedelta(hours=49), "origin": "replay"}, {Reason.STALE}),
        ({"at": NOON - timedelta(hours=49), "origin": "import"}, set()),
    ],
)
def test_the_guards_hold_at_the_door(shop, bought, place, how, expected):
    order = bought().order
    place(order, **how)
    found = Message.objects.filter(flow="order_confirmation")
    assert {message.reason or message.status for message in found} == expected
    assert Outbox.objects.count() == (expected == {"planned"})


def test_a_burnt_key_stays_burnt(shop, bought, tell):
    order = bought().order
    news = OrderPlaced(order_id=order.pk, customer_id=order.customer_id)
    tell(news, order, key="first", at=NOON - timedelta(days=3))
    tell(news, order, key="told again as if new")
    assert Message.objects.get(flow="order_confirmation").reason == Reason.STALE


def test_flows_that_are_off_promise_nothing_and_paused_ones_wait(shop, bought, place, ship):
    Flow.objects.filter(key="order_confirmation").update(status=Flow.Status.OFF)
    Flow.objects.filter(key="order_shipped").update(status=Flow.Status.PAUSED)
    order = bought().order
    place(order)
    ship(order)
    assert not Message.objects.filter(flow="order_confirmation").exists()
    assert Outbox.objects.get(message__flow="order_shipped").state == Outbox.State.PAUSED


def test_a_test_order_sends_nothing_except_in_the_demo(shop, bought, place):
    place(bought(is_test=True).order)
    assert Message.objects.get(flow="order_confirmation").reason == Reason.TEST_ORDER


def test_marketing_without_a_known_customer_is_not_even_planned(shop, bought, ship, deliver):
    order = bought().order
    order.customer, order.email = None, "guest@mail.example"
    order.save()
    deliver(ship(order))
    assert set(Message.objects.values_list("flow", flat=True)) == {"order_shipped", "delivered"}


def test_those_held_out_keep_the_time_at_which_it_would_have_gone(shop, bought, ship, deliver):
    Flow.objects.filter(key="review_request").update(holdout_bp=10_000)
    Flow.objects.filter(key="order_shipped").update(holdout_bp=10_000)
    deliver(ship(bought().order))
    asked = Message.objects.get(flow="review_request", step="ask")
    assert (asked.reason, asked.due_at > NOON) == (Reason.HELD_OUT, True)
    assert Message.objects.get(flow="order_shipped").status == Message.Status.PLANNED
