"""Changes over many planned mails: the merchant is answered at once, and the rest follows in slices.

Killed anywhere, overtaken by another change, or not even begun: what leaves is right all the while.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bench.many_planned import plan_many
from engagement.chores import BY_NAME, run_now
from engagement.flows.catalog.review_request import FLOW as REVIEW
from engagement.flows.definition import Definition, Wait
from engagement.flows.models import Flow
from engagement.flows.operations import replan as replanning
from engagement.flows.operations.publish_version import publish_version
from engagement.flows.operations.replan import replan, replan_asked, replan_slice
from engagement.flows.operations.switch_flow import switch_flow
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.dispatch import drain_outbox
from tests.conftest import NOON

ASK, REMINDER = REVIEW.steps
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
KEY = "review_request"


def asking_after(days: int) -> Definition:
    return replace(REVIEW, steps=(replace(ASK, wait=Wait(days=days, at="10:00")), REMINDER))


@pytest.fixture
def crowd(shop):
    """Thirty requests, planned over the ten days of the shop's review delay."""
    plan_many(store=shop, count=30, now=NOON)
    return Outbox.objects


@pytest.fixture
def small_slices(monkeypatch):
    """Ten mails a slice, as if thirty were very many."""
    by_default = {**replanning.replan_slice.__kwdefaults__, "batch": 10}
    monkeypatch.setattr(replanning.replan_slice, "__kwdefaults__", by_default)
    monkeypatch.setattr(
        replanning.replan, "__kwdefaults__", {**replanning.replan.__kwdefaults__, "batch": 10}
    )


def moved() -> int:
    return Message.objects.filter(planned_version=2).count()


def test_the_first_follow_at_once_and_the_others_by_the_chore(shop, crowd, small_slices):
    before = dict(crowd.values_list("pk", "due_at"))
    publish_version(store=shop, definition=asking_after(14), now=NOON)
    done = replan(store=shop, key=KEY, now=NOON)
    assert (done.seen, done.is_done, moved()) == (10, False, 10)
    assert run_now(BY_NAME["replan"]) == 20
    assert {pk: due - 4 * DAY for pk, due in crowd.values_list("pk", "due_at")} == before
    assert not Flow.objects.filter(replan_asked_at__isnull=False).exists()
    assert run_now(BY_NAME["replan"]) == 0


def test_killed_after_any_slice_it_goes_on_where_it_was(shop, crowd, small_slices):
    publish_version(store=shop, definition=asking_after(14), now=NOON)
    replan(store=shop, key=KEY, now=NOON)
    flow = Flow.objects.get(key=KEY)
    replan_slice(store=shop, key=KEY, after=flow.replan_done_to, now=NOON)  # died before it said so
    assert moved() == 20
    assert replan_asked(seconds=10) == 20
    assert moved() == 30


def test_a_newer_change_begins_anew(shop, crowd, small_slices):
    publish_version(store=shop, definition=asking_after(14), now=NOON)
    replan(store=shop, key=KEY, now=NOON)
    publish_version(store=shop, definition=asking_after(20), now=NOON + HOUR)
    replan(store=shop, key=KEY, now=NOON + HOUR)
    run_now(BY_NAME["replan"])
    assert set(Message.objects.values_list("planned_version", flat=True)) == {3}


def test_what_an_unfinished_switch_off_left_does_not_live_again(shop, crowd, small_slices, clock):
    switch_flow(store=shop, key=KEY, to=Flow.Status.OFF, now=NOON)
    assert crowd.count() == 20
    switch_flow(store=shop, key=KEY, to=Flow.Status.ON, now=NOON + HOUR)
    clock.move_to(NOON + 11 * DAY)
    drain_outbox()
    run_now(BY_NAME["replan"])
    assert set(Message.objects.values_list("reason", flat=True)) == {Reason.FLOW_OFF}
    assert not crowd.exists()


def test_a_pause_counts_before_all_are_in_it(shop, crowd, small_slices, clock):
    switch_flow(store=shop, key=KEY, to=Flow.Status.PAUSED, now=NOON)
    assert crowd.filter(state=Outbox.State.PAUSED).count() == 10
    clock.move_to(NOON + 11 * DAY)
    drain_outbox()
    assert not Message.objects.filter(status=Message.Status.SENT).exists()
    run_now(BY_NAME["replan"])
    assert crowd.filter(state=Outbox.State.PAUSED).count() == 30
    switch_flow(store=shop, key=KEY, to=Flow.Status.ON, now=NOON + 11 * DAY)
    run_now(BY_NAME["replan"])
    assert not crowd.filter(state=Outbox.State.PAUSED).exists()


def test_a_wait_shortened_over_two_thousand_mails_lets_no_flood_loose(shop):
    """Ten days become two: most are too late, and those of the last two days leave hour by hour."""
    plan_many(store=shop, count=2000, now=NOON)
    publish_version(store=shop, definition=asking_after(2), now=NOON)
    replan(store=shop, key=KEY, now=NOON)
    while run_now(BY_NAME["replan"]):
        pass
    ended = Message.objects.filter(status=Message.Status.SKIPPED)
    assert set(ended.values_list("reason", flat=True)) == {Reason.TOO_LATE}
    overdue = Outbox.objects.filter(due_at__lt=NOON + DAY)
    assert ended.count() + overdue.count() > 1400
    hours = Counter((due - NOON) // HOUR for due in overdue.values_list("due_at", flat=True))
    assert min(hours) == 0
    assert max(hours.values()) <= 1.3 * replanning.NO_FLOOD_AN_HOUR
    times = dict(Outbox.objects.values_list("pk", "due_at"))
    replan(store=shop, key=KEY, now=NOON + HOUR)
    while run_now(BY_NAME["replan"]):
        pass
    assert dict(Outbox.objects.values_list("pk", "due_at")) == times  # nobody is put off for ever


def test_replanning_does_not_end_what_waits_for_peace_or_for_the_cap(shop, crowd, clock):
    """Its time is long past because it was made to wait; the send rules know when it is too late."""
    late = NOON + 14 * DAY
    clock.move_to(late)
    Outbox.objects.update(due_at=late + HOUR, deferrals=2)
    Message.objects.update(due_at=late + HOUR)
    assert replan(store=shop, key=KEY, now=late).ended == 0
    assert set(crowd.values_list("due_at", flat=True)) == {late + HOUR}


def test_a_provider_that_asked_for_time_gets_it(shop, bought, place):
    place(bought(consent=False).order)
    later = NOON + HOUR
    Outbox.objects.update(due_at=later, attempts=2)
    Message.objects.update(due_at=later)
    for status in (Flow.Status.PAUSED, Flow.Status.ON):
        switch_flow(store=shop, key="order_confirmation", to=status, now=NOON)
    assert Outbox.objects.get().due_at == later


def test_order_news_that_waited_in_a_pause_leave_at_once(shop, bought, place):
    switch_flow(store=shop, key="order_confirmation", to=Flow.Status.PAUSED, now=NOON)
    for _ in range(3):
        place(bought(consent=False).order)
    switch_flow(store=shop, key="order_confirmation", to=Flow.Status.ON, now=NOON)
    drain_outbox()
    sent = Message.objects.filter(flow="order_confirmation", status=Message.Status.SENT)
    assert sent.count() == 3
