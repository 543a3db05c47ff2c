"""Every typed reason: something happens between planning and sending, and the mail does not go.

Each race is run against both questions of the engine: at claim (`judge`) and, once more, at MARK
(`forbidden`), when the mail had already been judged fit to go.
"""

from datetime import timedelta

import pytest

from engagement.messages.models import Reason
from engagement.messages.rules import Go, Skip, Wait
from orders.models import Customer, Order
from tests.conftest import NOON
from tests.engagement.flows.races import RACES, cancel, pause, refund_the_lines, say_no
from tests.factories.orders import CustomerFactory

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("flow", "meanwhile", "reason"), RACES, ids=lambda each: getattr(each, "__name__", str(each))
)
def test_what_happens_meanwhile_is_heard_at_claim_and_at_mark(
    due, judge, forbidden, flow, meanwhile, reason
):
    message, now = due(flow)
    assert isinstance(judge(message, at=now), Go)
    assert forbidden(message, at=now) is None
    meanwhile(message, now)
    ruling, objection = judge(message, at=now), forbidden(message, at=now)
    if reason is None:
        assert isinstance(ruling, Go)
        assert objection is None
    else:
        assert isinstance(ruling, Skip)
        assert ruling.reason == reason
        assert objection == ruling


def test_a_pause_holds_the_mail(due, judge, forbidden):
    message, now = due("order_confirmation")
    pause(message, now)
    assert judge(message, at=now) == Wait(until=now + DAY / 24, why="paused", counts=False)
    assert forbidden(message, at=now) == judge(message, at=now)


def test_a_customer_being_merged_is_waited_for(due, judge, shop):
    message, now = due("order_confirmation")
    other = CustomerFactory(store=shop)
    Customer.objects.filter(pk=message.customer_id).update(merged_into=other)
    assert isinstance(judge(message, at=now), Wait)


def test_buying_again_is_heard_at_claim_and_at_mark(due, judge, forbidden, bought):
    message, now = due("replenishment")
    order = message.order
    bought(customer=order.customer, product=order.lines.get().product, placed_at=now - DAY)
    assert judge(message, at=now) == Skip(Reason.REORDERED) == forbidden(message, at=now)


def test_a_canceled_purchase_is_no_reorder(due, judge, bought):
    message, now = due("replenishment")
    order = message.order
    again = bought(customer=order.customer, product=order.lines.get().product, placed_at=now - DAY)
    Order.objects.filter(pk=again.order.pk).update(status=Order.Status.CANCELED)
    assert isinstance(judge(message, at=now), Go)


@pytest.mark.parametrize("flow", ["order_confirmation", "order_shipped", "review_request"])
def test_past_its_use_it_is_too_late(due, judge, forbidden, flow):
    message, now = due(flow)
    late = now + timedelta(days=22)
    assert judge(message, at=late) == Skip(Reason.TOO_LATE) == forbidden(message, at=late)


def test_a_lengthened_wait_is_kept_although_the_row_says_due(due, judge, forbidden, shop):
    message, now = due("review_request")
    shop.review_delay_days = 15
    shop.save()
    ruling = judge(message, at=now)
    assert isinstance(ruling, Wait)
    assert (ruling.until - now).days in (4, 5)
    assert not ruling.counts
    assert forbidden(message, at=now) == ruling


def test_marketing_keeps_the_quiet_hours_of_the_customers_clock(due, judge, shop):
    message, _ = due("review_request")
    night = message.due_at.replace(hour=21) + DAY
    ruling = judge(message, at=night)
    assert isinstance(ruling, Wait)
    local = ruling.until.astimezone(shop.zone)
    assert (local.hour, not ruling.counts) == (8, True)
    Customer.objects.filter(pk=message.customer_id).update(time_zone="America/Los_Angeles")
    assert isinstance(judge(message, at=night), Go)


def test_order_news_knows_no_quiet_hours(due, judge):
    message, _ = due("order_confirmation")
    assert isinstance(judge(message, at=NOON.replace(hour=23)), Go)


@pytest.mark.parametrize(
    ("windows", "expected"), [([], Skip(Reason.NO_WINDOW)), ([[9, "x", "y"]], Wait)]
)
def test_a_store_without_sending_hours_sends_no_marketing(due, judge, shop, windows, expected):
    message, now = due("review_request")
    shop.send_windows = windows
    shop.save()
    ruling = judge(message, at=now)
    assert ruling == expected if isinstance(expected, Skip) else isinstance(ruling, expected)


def test_a_late_parcel_of_the_customer_is_waited_for_and_in_the_end_given_up(
    due, judge, forbidden, bought
):
    message, now = due("review_request")
    late = bought(customer=message.customer, placed_at=now - DAY)
    Order.objects.filter(pk=late.order.pk).update(delay_told_at=now - DAY)
    ruling = judge(message, at=now)
    assert isinstance(ruling, Wait)
    assert (ruling.until, ruling.counts) == (now + DAY, False)
    assert late.order.number in ruling.why
    assert forbidden(message, at=now) == ruling
    Order.objects.filter(pk=late.order.pk).update(delay_told_at=now + 19 * DAY)
    final = judge(message, at=now + timedelta(days=20, hours=5))
    assert (type(final), final.reason) == (Skip, Reason.TICKET_OPEN)


def test_the_first_answer_is_the_one_people_read(due, judge):
    message, now = due("review_request")
    for meanwhile in (say_no, refund_the_lines, cancel):
        meanwhile(message, now)
    assert judge(message, at=now).reason == Reason.ORDER_CANCELED


def test_all_typed_reasons_of_the_rules_are_raced_here():
    raced = {reason for _, _, reason in RACES if reason} | {
        Reason.REORDERED, Reason.TOO_LATE, Reason.NO_WINDOW, Reason.TICKET_OPEN
    }  # fmt: skip
    elsewhere = {  # planning: test_entering; merging: test_stopping; the engine's own
        Reason.STALE, Reason.MERGED, Reason.IMPORTED, Reason.CAPPED, Reason.TEMPLATE_ERROR,
        Reason.BOUNCED, Reason.REFUSED, Reason.GAVE_UP, Reason.UNKNOWN_NOT_RESENT,
        Reason.CANCELED_BY_HAND,
    }  # fmt: skip
    assert raced | elsewhere == set(Reason)
