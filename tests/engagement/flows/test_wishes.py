"""A break and the wish for fewer mails: marketing waits, order news does not."""

from datetime import timedelta

import pytest

from engagement.flows.models import Campaign, Flow
from engagement.flows.operations.run_campaign import schedule_campaign, work_campaigns
from engagement.flows.rules import RULES
from engagement.messages.models import LocalMail, Message, Outbox, Reason
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.operations.mark_unchanged import grounds_of
from engagement.messages.rules import Go, Wait
from engagement.preferences.models import Wishes
from engagement.preferences.operations.choose_mail import choose_mail, pause_mail
from engagement.preferences.operations.record_consent import record_consent
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


@pytest.fixture
def two_at_once(due, shop):
    """Two mails of different flows to one person who wants fewer, due at the same moment."""
    shop.marketing_cap = 5
    shop.save()
    first, now = due("review_request")
    Message.objects.exclude(pk=first.pk).delete()
    campaign = Campaign.objects.create(
        store=shop,
        kind="newsletter",
        name="Spring",
        content={"article": {"title": {"en": "Spring"}}},
        created_at=now,
    )
    schedule_campaign(campaign=campaign, by="eva", now=now)
    work_campaigns(seconds=5)
    second = Message.objects.get(flow="newsletter")
    Outbox.objects.filter(message=second).update(due_at=first.due_at)
    return first, second, now


def test_of_two_mails_of_one_batch_who_wants_fewer_gets_one(two_at_once, clock, shop):
    first, _second, now = two_at_once
    want_fewer(first, now)
    clock.move_to(now)
    drain_outbox()
    assert LocalMail.objects.count() == 1
    for _ in range(4):
        clock.shift(timedelta(days=1))
        drain_outbox()
    assert LocalMail.objects.count() == 1
    (waits,) = Outbox.objects.all()
    assert timedelta(days=13) < waits.due_at - now < timedelta(days=15)


def test_without_that_wish_both_go(two_at_once, clock):
    clock.move_to(two_at_once[2])
    drain_outbox()
    assert LocalMail.objects.count() == 2


def test_where_the_first_did_not_leave_the_next_one_goes(two_at_once, forbidden, clock):
    first, second, now = two_at_once
    want_fewer(first, now)
    ruled = RULES.forbidden(messages=[first, second], now=now)
    assert ruled == {
        second.pk: Wait(until=now + timedelta(minutes=15), why=Reason.CAPPED, counts=False)
    }
    unfinished = Message.objects.get(pk=first.pk)
    assert unfinished.status == "planned"
    assert forbidden(second) is None


@pytest.mark.parametrize("topic", ["offers", "reviews"])
def test_a_no_to_its_topic_counts_for_a_courtesy_too(due, judge, shop, topic):
    Flow.objects.filter(key="thank_you").update(status="on")
    message, now = due("thank_you")
    record_consent(
        customer_id=message.customer_id,
        basis="none",
        purpose=topic,
        source="preferences_page",
        wording="",
        stated_at=now,
        now=now,
    )
    ruling = judge(message)
    if topic == "offers":
        assert ruling.reason == Reason.TOPIC_OFF
    else:
        assert isinstance(ruling, Go)


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
