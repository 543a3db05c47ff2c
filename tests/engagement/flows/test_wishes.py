"""A break and the wish for fewer mails: marketing waits, order news does not."""

from datetime import timedelta

import pytest

from engagement.messages.models import Message
from engagement.messages.operations.mark_unchanged import grounds_of
from engagement.messages.rules import Go, Wait
from engagement.preferences.models import Wishes
from engagement.preferences.operations.choose_mail import choose_mail, pause_mail
from tests.factories.messages import planned


def pause(message, now, days=30):
    return pause_mail(customer_id=message.customer_id, store=message.store, days=days, now=now)


def want_fewer(message, now):
    Wishes.objects.update_or_create(
        customer_id=message.customer_id,
        defaults={"wants_fewer": True, "changed_at": now, "store_id": message.store_id},
    )


def test_marketing_waits_for_the_end_of_a_break_and_goes_then(due, judge, forbidden):
    message, now = due("replenishment")
    assert isinstance(judge(message), Go)
    until = pause(message, now)
    assert (
        forbidden(message)
        == judge(message)
        == Wait(until=until, why="The customer asked for a pause", counts=False)
    )
    assert not isinstance(forbidden(message, at=until), Wait)


def test_a_break_ended_early_is_over(due, judge):
    message, now = due("review_request")
    pause(message, now)
    pause(message, now, days=0)
    assert isinstance(judge(message), Go)


def test_order_news_knows_no_break(due, judge):
    message, now = due("order_confirmation")
    pause(message, now)
    want_fewer(message, now)
    assert isinstance(judge(message), Go)


@pytest.mark.parametrize(("days_ago", "waits"), [(1, True), (13, True), (15, False)])
def test_who_wants_fewer_gets_one_in_two_weeks(due, judge, shop, days_ago, waits):
    message, now = due("review_request")
    want_fewer(message, now)
    assert isinstance(judge(message), Go)
    earlier = planned(store=shop, customer=message.customer, marketing=True, flow="birthday")
    handed_at = now - timedelta(days=days_ago)
    Message.objects.filter(pk=earlier.pk).update(status="sent", handed_at=handed_at)
    ruling = judge(message)
    assert isinstance(ruling, Wait) is waits
    if waits:
        assert ruling.until == handed_at + timedelta(days=14)


@pytest.mark.postgres
def test_a_wish_changes_what_a_ruling_rested_on(due):
    message, now = due("review_request")
    before = grounds_of([message])
    pause(message, now)
    assert grounds_of([message]) != before


def test_the_chosen_language_is_that_of_the_mail(due, judge, shop):
    shop.languages = ["en", "cs", "fi"]
    shop.save()
    message, now = due("order_confirmation")
    choose_mail(
        customer_id=message.customer_id,
        store=shop,
        topics=["reviews"],
        wants_fewer=False,
        language="fi",
        wording="",
        source="preferences_page",
        now=now,
    )
    assert judge(message).language == "fi"
