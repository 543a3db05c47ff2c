"""Promising mails, and taking promises back."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Q

from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages
from engagement.messages.operations.plan_messages import plan_messages
from tests.factories.messages import planned, promise
from tests.factories.orders import CustomerFactory


def test_a_promise_becomes_a_message_and_its_outbox_row(in_store, now):
    customer = CustomerFactory(store=in_store)
    one = promise(store=in_store, customer_id=customer.pk, facts={"fulfillment_id": 7})
    (message,) = plan_messages(store_id=in_store.pk, promises=[one], now=now)
    assert message.pk
    assert message.status == Message.Status.PLANNED
    assert message.facts == {"fulfillment_id": 7}
    row = Outbox.objects.get()
    assert (row.message_id, row.customer_id, row.lane, row.due_at, row.expires_at) == (
        message.pk,
        customer.pk,
        one.lane,
        one.due_at,
        one.expires_at,
    )


def test_the_same_promise_twice_is_one_message_and_the_first_one_stands(in_store, now):
    one = promise(store=in_store)
    later = replace(one, due_at=one.due_at + timedelta(days=1), template="delivered")
    assert len(plan_messages(store_id=in_store.pk, promises=[one, one], now=now)) == 1
    assert plan_messages(store_id=in_store.pk, promises=[later], now=now) == []
    assert Message.objects.get().template == "order_confirmation"
    assert Outbox.objects.get().due_at == one.due_at


def test_only_the_new_ones_come_back_in_the_order_asked(in_store, now):
    first, second, third = (promise(store=in_store) for _ in range(3))
    plan_messages(store_id=in_store.pk, promises=[second], now=now)
    new = plan_messages(store_id=in_store.pk, promises=[third, second, first], now=now)
    assert [message.subject for message in new] == [third.subject, first.subject]


def test_a_promise_already_ended_burns_its_key_and_never_enters_the_outbox(in_store, now):
    one = promise(store=in_store, ended=(Reason.STALE, "3 days old"))
    (message,) = plan_messages(store_id=in_store.pk, promises=[one], now=now)
    assert (message.status, message.reason, message.reason_detail, message.ended_at) == (
        Message.Status.SKIPPED,
        Reason.STALE,
        "3 days old",
        now,
    )
    assert not Outbox.objects.exists()
    assert plan_messages(store_id=in_store.pk, promises=[replace(one, ended=None)], now=now) == []
    assert not Outbox.objects.exists()


def test_planning_takes_the_same_number_of_statements_for_one_and_for_many(
    in_store, now, django_assert_max_num_queries
):
    many = [promise(store=in_store) for _ in range(20)]
    with django_assert_max_num_queries(7):
        plan_messages(store_id=in_store.pk, promises=many, now=now)


def test_something_due_rings_the_bell_after_commit(in_store, now, monkeypatch):
    rung: list[str] = []
    module = "engagement.messages.operations.plan_messages.wake_on_commit"
    monkeypatch.setattr(module, rung.append)
    future = promise(store=in_store, due_at=now + timedelta(days=3))
    plan_messages(store_id=in_store.pk, promises=[future], now=now)
    assert rung == []
    plan_messages(store_id=in_store.pk, promises=[promise(store=in_store, due_at=now)], now=now)
    assert rung == ["outbox"]


def test_ending_skips_what_is_planned_paused_or_claimed_and_nothing_else(in_store, now):
    states = {state: planned(store=in_store).pk for state in Outbox.State}
    for state, pk in states.items():
        Outbox.objects.filter(pk=pk).update(state=state)
    everything = Q(flow="order_confirmation")
    ended = end_messages(
        store_id=in_store.pk, where=everything, reason=Reason.ORDER_CANCELED, now=now
    )
    assert ended == 3
    assert set(Outbox.objects.values_list("state", flat=True)) == {30, 35}
    skipped = Message.objects.filter(status=Message.Status.SKIPPED)
    assert set(skipped.values_list("pk", "reason", "ended_at")) == {
        (states[state], Reason.ORDER_CANCELED, now) for state in (10, 15, 20)
    }


def test_ending_keeps_to_its_store(in_store, other_store, now, unscoped):
    mine, theirs = planned(store=in_store), planned(store=other_store)
    end_messages(store_id=in_store.pk, where=Q(), reason=Reason.FLOW_OFF, now=now)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == (Message.Status.SKIPPED, Message.Status.PLANNED)
