"""One reminder, seven days after the request really went, and never without it."""

from datetime import timedelta

import pytest

from engagement.flows.rules import answered
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.rules import Go, Skip, Wait

DAY = timedelta(days=1)


@pytest.fixture
def request_and_reminder(shop, bought, ship, deliver, clock):
    deliver(ship(bought().order))
    drain_outbox(only_store=shop.pk)
    ask = Message.objects.get(step="ask")
    clock.move_to(ask.due_at)
    return ask, Message.objects.get(step="reminder")


def test_the_reminder_counts_from_when_the_request_really_went(
    shop, request_and_reminder, judge, clock
):
    ask, reminder = request_and_reminder
    clock.move_to(ask.due_at + 2 * DAY)  # the engine was down for two days
    drain_outbox(only_store=shop.pk)
    ask.refresh_from_db()
    assert ask.status == Message.Status.SENT
    early = judge(reminder, at=reminder.due_at)
    assert isinstance(early, Wait)
    assert early.until == reminder.due_at + 2 * DAY
    assert isinstance(judge(reminder, at=early.until), Go)
    assert judge(reminder, at=early.until).context["products"]


def test_no_reminder_of_a_request_that_was_not_sent(request_and_reminder, judge, forbidden):
    ask, reminder = request_and_reminder
    Outbox.objects.filter(message=ask).delete()
    Message.objects.filter(pk=ask.pk).update(
        status=Message.Status.SKIPPED, reason=Reason.NO_CONSENT
    )
    ruling = judge(reminder, at=reminder.due_at)
    assert isinstance(ruling, Skip)
    assert ruling.reason == Reason.NO_CONSENT
    assert forbidden(reminder, at=reminder.due_at) == ruling


def test_no_reminder_before_the_request_is_out(request_and_reminder, judge):
    _, reminder = request_and_reminder
    ruling = judge(reminder, at=reminder.due_at)
    assert isinstance(ruling, Wait)
    assert not ruling.counts


def test_no_reminder_once_everything_was_reviewed(
    shop, request_and_reminder, judge, forbidden, monkeypatch
):
    ask, reminder = request_and_reminder
    drain_outbox(only_store=shop.pk)
    assert isinstance(judge(reminder, at=reminder.due_at), Go)
    reviewed = {ask.order_id: ask.facts["products"]}
    monkeypatch.setattr(answered, "SOURCES", [lambda *, order_ids: reviewed])
    assert judge(reminder, at=reminder.due_at).reason == Reason.OVERTAKEN
    assert forbidden(reminder, at=reminder.due_at).reason == Reason.OVERTAKEN


def test_a_life_of_one_order_through_the_real_engine(shop, bought, place, ship, deliver, clock):
    """Confirmation, dispatch, arrival, request, reminder: each once, marketing by day only."""
    order = bought().order
    place(order)
    drain_outbox(only_store=shop.pk)
    clock.shift(DAY)
    parcel = ship(order)
    drain_outbox(only_store=shop.pk)
    clock.shift(2 * DAY)
    deliver(parcel)
    for _ in range(30 * 8):
        drain_outbox(only_store=shop.pk)
        clock.shift(timedelta(hours=3))
    sent = Message.objects.filter(status=Message.Status.SENT).order_by("handed_at")
    assert [message.template for message in sent] == [
        "order_confirmation", "order_shipped", "delivered", "review_request", "review_reminder"
    ]  # fmt: skip
    assert Message.objects.count() == 5
    assert not Outbox.objects.exists()
    for message in sent.filter(message_class="marketing"):
        assert 8 <= message.handed_at.astimezone(shop.zone).hour < 20
