"""Two at once, on a database with row locks: MARK and a ban, two workers and one cap."""

import threading

import pytest
from django.db import connection, transaction

from core.clock import real_now
from core.stores.scope import every_store, store_scope
from engagement.messages.models import Lane, LocalMail, Message, Outbox, Reason
from engagement.messages.operations.dispatch import dispatch
from engagement.messages.rules import Skip
from engagement.preferences.models import Suppression
from engagement.preferences.operations.lock_customer import locked_customer
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.queries import suppressed
from tests.engagement.messages.at_once import at_once
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def row_locks(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def asks_suppression(rules, customer, message):
    """The rule asks the database at MARK, as the real one does."""

    def read() -> None:
        if suppressed(emails=[customer.email]):
            rules.bans[message.pk] = Skip(Reason.UNSUBSCRIBED)

    return read


def test_a_mail_waits_for_an_opt_out_in_progress_and_is_not_sent(store, rules):
    with store_scope(store.pk):
        customer = CustomerFactory(store=store)
    message = planned(store=store, customer=customer, marketing=True)
    rules.before_forbidden = asks_suppression(rules, customer, message)
    locked, judged = threading.Event(), threading.Event()
    rules.after_judge = judged.set

    def opt_out() -> None:
        with store_scope(store.pk), transaction.atomic():
            locked_customer(customer.pk)
            locked.set()
            assert judged.wait(10)  # the mail was judged while nobody had objected yet
            unsubscribe(customer_id=customer.pk, source="test", now=real_now())

    def send() -> None:
        assert locked.wait(10)
        dispatch(lane=Lane.MARKETING)

    at_once(opt_out, send)
    with every_store():
        message.refresh_from_db()
        assert (message.status, message.reason) == (Message.Status.SKIPPED, Reason.UNSUBSCRIBED)
        assert not LocalMail.objects.exists()


def test_an_opt_out_waits_for_a_mark_in_progress(store, rules):
    with store_scope(store.pk):
        customer = CustomerFactory(store=store)
    message = planned(store=store, customer=customer, marketing=True)
    marking, asked = threading.Event(), threading.Event()
    read = asks_suppression(rules, customer, message)

    def in_mark() -> None:
        marking.set()
        assert asked.wait(10)
        read()

    rules.before_forbidden = in_mark
    seen_at_opt_out: list[str] = []

    def opt_out() -> None:
        assert marking.wait(10)
        asked.set()
        with store_scope(store.pk):
            unsubscribe(customer_id=customer.pk, source="test", now=real_now())
            seen_at_opt_out.append(Message.objects.get(pk=message.pk).status)

    at_once(lambda: dispatch(lane=Lane.MARKETING), opt_out)
    with every_store():
        message.refresh_from_db()
        assert Suppression.objects.exists()
        # Whichever had the lock first: sent and only then opted out, or not sent at all.
        if message.status == Message.Status.SENT:
            assert seen_at_opt_out[0] in {Message.Status.HANDING, Message.Status.SENT}
        else:
            assert message.reason == Reason.UNSUBSCRIBED
        assert LocalMail.objects.count() == (message.status == Message.Status.SENT)


def test_two_workers_and_two_flows_cannot_both_pass_the_cap(store, rules):
    with store_scope(store.pk):
        customer = CustomerFactory(store=store)
    for flow in ("review_request", "birthday"):
        planned(store=store, customer=customer, marketing=True, flow=flow)
    both = threading.Barrier(2, timeout=10)
    rules.after_judge = both.wait
    at_once(*[lambda: dispatch(lane=Lane.MARKETING, limit=1)] * 2)
    with every_store():
        assert LocalMail.objects.count() == 1
        assert list(Outbox.objects.values_list("deferrals", flat=True)) == [1]


def test_many_workers_send_each_mail_once(store):
    for _ in range(60):
        planned(store=store)

    def work() -> None:
        while dispatch(lane=Lane.TRANSACTIONAL, limit=7):
            pass

    at_once(*[work] * 4)
    with every_store():
        assert LocalMail.objects.count() == 60
        assert LocalMail.objects.values("message").distinct().count() == 60
        assert not Outbox.objects.exists()
