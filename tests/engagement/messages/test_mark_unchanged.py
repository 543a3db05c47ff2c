"""MARK in one statement, where nothing was written since the mails were judged (PostgreSQL).

Set RACES for more of them, in the race between opt-outs and their mails.
"""

import os
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.messages.models import Lane, LocalMail, Message, Outbox, ProviderAccount, Reason
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from engagement.messages.operations.end_messages import end_messages
from engagement.messages.operations.hold_sending import hold_sending
from engagement.preferences.models import Suppression
from engagement.preferences.operations.lock_customer import locked_customer
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.operations.unsubscribe import unsubscribe
from tests.engagement.messages.at_once import at_once
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

pytestmark = pytest.mark.postgres

RACES = int(os.environ.get("RACES") or 150)


@pytest.fixture(autouse=True)
def nothing_changes(rules) -> None:
    rules.rests_on = "'what nobody ever writes to'"
    rules.before_forbidden = lambda: pytest.fail("The rules were asked again.")


def status_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.status, message.reason


@pytest.mark.usefixtures("in_store")
class TestAlone:
    def test_a_mail_costs_one_statement_to_mark_and_one_to_record(self, store, settings):
        settings.EMAIL_BACKEND = f"{Taking.__module__}.Taking"  # as an SMTP account: marks of one
        for _ in range(11):
            planned(store=store)
        with CaptureQueriesContext(connection) as captured:
            dispatch(lane=Lane.TRANSACTIONAL, limit=1)
        one = len(captured)
        with CaptureQueriesContext(connection) as captured:
            dispatch(lane=Lane.TRANSACTIONAL, limit=10)
        assert Message.objects.filter(status="sent").count() == 11
        assert len(captured) - one <= 9 * 2

    @pytest.mark.parametrize(
        "rival",
        [
            lambda store: end_messages(
                store_id=store.pk, where=Q(), reason=Reason.ORDER_CANCELED, now=real_now()
            ),
            lambda store: Outbox.objects.update(token="somebody else"),
            lambda store: Outbox.objects.update(state=Outbox.State.PLANNED),
        ],
        ids=["canceled", "taken by another", "reaped"],
    )
    def test_what_is_no_longer_ours_is_not_marked(self, store, rules, rival):
        planned(store=store)
        rules.before_forbidden = None
        rules.after_judge = lambda: rival(store)
        dispatch(lane=Lane.TRANSACTIONAL)
        assert not LocalMail.objects.exists()

    @pytest.mark.parametrize(
        "rival",
        [
            lambda store: hold_sending(reason="fire", actor="test", now=real_now()),
            lambda store: ProviderAccount.objects.update(
                paused_until=real_now() + timedelta(hours=1)
            ),
        ],
        ids=["held", "account at rest"],
    )
    def test_a_hold_is_kept(self, store, rules, rival):
        planned(store=store)
        rules.before_forbidden = None
        rules.after_judge = lambda: rival(store)
        drain_outbox()
        row = Outbox.objects.get()
        assert (row.state, row.claims, row.attempts) == (Outbox.State.PLANNED, 0, 0)

    def test_grounds_that_are_other_ones_ask_the_rules(self, store, rules):
        message = planned(store=store)
        rules.rests_on = "m.flow"
        rules.after_judge = lambda: Message.objects.update(flow="another") and None
        asked: list[bool] = []
        rules.before_forbidden = lambda: asked.append(True)
        drain_outbox()
        assert asked == [True]
        assert status_of(message) == (Message.Status.SENT, "")

    def test_an_address_that_wants_no_marketing_still_gets_order_news(self, store, rules):
        customer = CustomerFactory(store=store, email=rules.to_email)
        news = planned(store=store, customer=customer)
        marketing = planned(store=store, customer=customer, marketing=True)
        unsubscribe(customer_id=customer.pk, source="test", now=real_now())
        drain_outbox_asking(rules)
        assert status_of(news) == (Message.Status.SENT, "")
        assert rules.asked == 1
        assert status_of(marketing)[0] == Message.Status.SENT  # our rules know no suppression
        suppress(
            store_id=store.pk, email=rules.to_email, reach=Suppression.Reach.ALL,
            reason=Suppression.Reason.BOUNCED, now=real_now(),
        )  # fmt: skip
        planned(store=store, customer=customer)
        drain_outbox_asking(rules)
        assert rules.asked == 1

    def test_the_cap_is_counted_and_two_rivals_of_one_batch_do_not_both_pass(self, store, rules):
        customer = CustomerFactory(store=store)
        for flow in ("review_request", "birthday", "replenishment"):
            planned(store=store, customer=customer, marketing=True, flow=flow)
        rules.before_forbidden = None
        drain_outbox()
        assert LocalMail.objects.count() == 1
        assert sorted(Outbox.objects.values_list("deferrals", flat=True)) == [1, 1]

    def test_a_cap_of_none_sends_nothing(self, store, rules):
        Store.objects.filter(pk=store.pk).update(marketing_cap=0)
        message = planned(store=store, customer=CustomerFactory(store=store), marketing=True)
        rules.before_forbidden = None
        drain_outbox()
        assert status_of(message) == (Message.Status.SKIPPED, Reason.CAPPED)


class Taking:
    """A provider that takes everything."""

    def __init__(self, **_: object) -> None:
        pass

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send_messages(self, emails: list) -> int:
        return len(emails)


def drain_outbox_asking(rules) -> None:
    """Drain, counting the mails about which the rules are asked at MARK."""
    rules.asked = 0
    rules.before_forbidden = lambda: setattr(rules, "asked", rules.asked + 1)
    drain_outbox()


@pytest.mark.django_db(transaction=True)
def test_a_mail_waits_for_an_opt_out_in_progress_and_then_asks(store, rules):
    with store_scope(store.pk):
        customer = CustomerFactory(store=store, email=rules.to_email)
    message = planned(store=store, customer=customer, marketing=True)
    rules.address_of = {message.pk: rules.to_email}
    rules.forbids_suppressed = True
    locked, judged = threading.Event(), threading.Event()
    rules.after_judge = judged.set
    rules.before_forbidden = None

    def opt_out() -> None:
        with store_scope(store.pk), transaction.atomic():
            locked_customer(customer.pk)
            locked.set()
            assert judged.wait(10)
            unsubscribe(customer_id=customer.pk, source="test", now=real_now())

    def send() -> None:
        assert locked.wait(10)
        dispatch(lane=Lane.MARKETING)

    at_once(opt_out, send)
    with every_store():
        assert status_of(message) == (Message.Status.SKIPPED, Reason.UNSUBSCRIBED)


@pytest.mark.django_db(transaction=True)
def test_opt_outs_race_their_mails_and_none_is_handed_over_after_one(store, rules):
    """Whoever opts out looks, under the customer's lock, whether the mail is marked already. A mail
    that was not, and was handed over all the same, would be a broken promise."""
    with store_scope(store.pk):
        people = [CustomerFactory(store=store) for _ in range(RACES)]
    messages = {
        person.pk: planned(store=store, customer=person, marketing=True).pk for person in people
    }
    rules.address_of = {messages[person.pk]: person.email for person in people}
    rules.forbids_suppressed = True
    rules.before_forbidden = None
    not_marked_yet: set[int] = set()

    def opt_out(some: list) -> Callable[[], None]:
        def leave() -> None:
            for person in some:
                with store_scope(store.pk), transaction.atomic():
                    locked_customer(person.pk)
                    message = Message.objects.get(pk=messages[person.pk])
                    unsubscribe(customer_id=person.pk, source="test", now=real_now())
                    if message.status == Message.Status.PLANNED:
                        not_marked_yet.add(message.pk)

        return leave

    def send() -> None:
        while dispatch(lane=Lane.MARKETING, limit=20):
            pass

    # One from the front, beside the sender, and one from the back, towards it.
    at_once(send, opt_out(people[::2]), opt_out(people[::-2]), seconds=60 + RACES)
    with every_store():
        sent = set(Message.objects.filter(status="sent").values_list("pk", flat=True))
        assert set(LocalMail.objects.values_list("message_id", flat=True)) == sent
        assert sent & not_marked_yet == set()
        assert sent
        assert not_marked_yet
