"""Versions, pauses, replanning: a merchant changes a flow, and nothing bursts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit.models import AuditEntry
from engagement.flows.catalog.review_request import FLOW as REVIEW
from engagement.flows.definition import BadDefinition, Wait
from engagement.flows.models import Flow, FlowVersion
from engagement.flows.operations.install_flows import install_flows
from engagement.flows.operations.publish_version import publish_version
from engagement.flows.operations.replan import Replanned, replan
from engagement.flows.operations.replan_settings import replan_settings
from engagement.flows.operations.switch_flow import pause_failing_flow, switch_flow
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.dispatch import drain_outbox
from tests.conftest import NOON

DAY = timedelta(days=1)


def asking_after(days: int):
    ask, reminder = REVIEW.steps
    return replace(REVIEW, steps=(replace(ask, wait=Wait(days=days, at="10:00")), reminder))


@pytest.fixture
def asked(shop, bought, ship, deliver):
    """Five orders that arrived today, each with a request and a reminder planned."""
    for _ in range(5):
        deliver(ship(bought().order))
    return Message.objects.filter(flow="review_request", step="ask")


def test_versions_are_added_and_never_changed(shop):
    version = publish_version(store=shop, definition=asking_after(14), by="jana", now=NOON)
    assert (version.number, Flow.objects.get(key="review_request").current_version) == (2, 2)
    assert FlowVersion.objects.filter(flow=version.flow).count() == 2
    with pytest.raises(TypeError):
        version.save()
    install_flows(store=shop, now=NOON)
    assert Flow.objects.get(key="review_request").current_version == 2


def test_an_update_brings_order_news_at_once_and_marketing_only_when_the_shop_wants_it(shop):
    Flow.objects.filter(key__in=["care_tips", "change_done"]).delete()
    install_flows(store=shop, now=NOON)
    status = dict(Flow.objects.values_list("key", "status"))
    assert (status["care_tips"], status["change_done"]) == (Flow.Status.OFF, Flow.Status.ON)
    assert status["review_request"] == Flow.Status.ON  # as it was


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "customer"},
        {"message_class": "transactional", "topic": ""},
        {"one_per": "event"},
    ],
)
def test_a_version_cannot_turn_a_flow_into_another(shop, change):
    with pytest.raises(BadDefinition, match="cannot be changed"):
        publish_version(store=shop, definition=replace(REVIEW, **change), now=NOON)


def test_replanning_moves_what_is_planned_and_is_safe_to_repeat(shop, asked):
    before = {message.pk: message.due_at for message in asked}
    publish_version(store=shop, definition=asking_after(14), now=NOON)
    done = replan(store=shop, key="review_request", now=NOON)
    assert (done.seen, done.moved, done.ended) == (10, 10, 0)
    for message in asked.all():
        assert message.due_at == before[message.pk] + 4 * DAY
        assert message.planned_version == 2
        assert Outbox.objects.get(message=message).due_at == message.due_at
    assert replan(store=shop, key="review_request", now=NOON) == Replanned(seen=10)


def test_sending_is_right_even_before_anybody_replanned(shop, asked, clock):
    publish_version(store=shop, definition=asking_after(14), now=NOON)
    clock.move_to(NOON + 11 * DAY)
    drain_outbox(only_store=shop.pk)
    assert not asked.filter(status=Message.Status.SENT).exists()
    clock.move_to(NOON + 15 * DAY)
    drain_outbox(only_store=shop.pk)
    assert asked.filter(status=Message.Status.SENT).count() == 5


def test_a_shortened_wait_lets_no_flood_loose(shop, asked, clock):
    clock.move_to(NOON + 9 * DAY)
    publish_version(store=shop, definition=asking_after(2), now=NOON + 9 * DAY)
    done = replan(store=shop, key="review_request", now=NOON + 9 * DAY)
    assert done.ended == 5
    assert set(asked.values_list("reason", flat=True)) == {Reason.TOO_LATE}


def test_a_step_that_was_taken_out_ends_its_mails(shop, asked):
    publish_version(store=shop, definition=replace(REVIEW, steps=REVIEW.steps[:1]), now=NOON)
    assert replan(store=shop, key="review_request", now=NOON).ended == 5
    gone = Message.objects.filter(step="reminder")
    assert set(gone.values_list("reason", flat=True)) == {Reason.STEP_GONE}


def test_a_pause_takes_mails_out_of_the_queue_and_resuming_brings_them_back(shop, asked):
    switch_flow(store=shop, key="review_request", to=Flow.Status.PAUSED, why="Typo", now=NOON)
    assert set(Outbox.objects.filter(message__in=asked).values_list("state", flat=True)) == {15}
    flow = switch_flow(store=shop, key="review_request", to=Flow.Status.ON, now=NOON + DAY)
    assert flow.paused_reason == ""
    assert flow.activated_at < NOON
    assert set(Outbox.objects.filter(message__in=asked).values_list("state", flat=True)) == {10}


def test_resuming_never_bursts(shop, asked, clock):
    switch_flow(store=shop, key="review_request", to=Flow.Status.PAUSED, now=NOON)
    late = NOON + 13 * DAY  # three days after they were due: beyond the grace of two
    clock.move_to(late)
    switch_flow(store=shop, key="review_request", to=Flow.Status.ON, now=late)
    assert set(asked.values_list("reason", flat=True)) == {Reason.TOO_LATE}
    drain_outbox(only_store=shop.pk)
    assert not asked.filter(status=Message.Status.SENT).exists()


def test_a_pause_catches_what_a_worker_holds_already(shop, asked, forbidden):
    message = asked[0]
    Outbox.objects.filter(message=message).update(state=Outbox.State.CLAIMED, token="t")
    switch_flow(store=shop, key="review_request", to=Flow.Status.PAUSED, now=NOON)
    assert forbidden(message, at=message.due_at).why == "paused"


def test_switching_off_ends_everything_and_on_again_starts_afresh(shop, asked, bought, place):
    switch_flow(store=shop, key="review_request", to=Flow.Status.OFF, now=NOON)
    assert set(asked.values_list("reason", flat=True)) == {Reason.FLOW_OFF}
    flow = switch_flow(store=shop, key="review_request", to=Flow.Status.ON, now=NOON + DAY)
    assert flow.activated_at == NOON + DAY


def test_an_order_of_the_very_second_in_which_a_flow_goes_on_is_confirmed(shop, bought, place):
    """A shop says 12:00:00 of what happened at 12:00:00.9, after the flow went on at 12:00:00.6."""
    flow = "order_confirmation"
    switch_flow(store=shop, key=flow, to=Flow.Status.OFF, now=NOON - DAY)
    switch_flow(store=shop, key=flow, to=Flow.Status.ON, now=NOON + timedelta(seconds=0.6))
    for order, at in ((bought().order, NOON), (bought().order, NOON - timedelta(seconds=1))):
        place(order, at=at)
        assert Message.objects.filter(flow=flow, order=order).exists() is (at == NOON)


def test_a_changed_setting_moves_what_follows_it_and_nothing_else(shop, asked):
    shop.review_delay_days = 14
    shop.save()
    before = set(asked.values_list("due_at", flat=True))
    assert replan_settings(store=shop, changed=["name", "sender_name"], now=NOON) == Replanned()
    assert replan_settings(store=shop, changed=["review_delay_days"], now=NOON).moved == 10
    assert {due - 4 * DAY for due in asked.values_list("due_at", flat=True)} == before


def test_a_pause_by_itself_is_written_down(shop):
    pause_failing_flow(store_id=shop.pk, key="birthday", step="wish", failures=5, now=NOON)
    entry = AuditEntry.objects.get(action="flow.pause")
    assert (entry.actor, "could not be written" in entry.detail["why"]) == ("engine", True)
