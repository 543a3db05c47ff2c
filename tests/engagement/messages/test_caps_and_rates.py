"""How often one customer is written to, and how fast one account is asked."""

from datetime import timedelta

import pytest

from core.clock import real_now
from engagement.messages.delivery import accounts
from engagement.messages.models import (
    Lane,
    LocalMail,
    Message,
    Outbox,
    ProviderAccount,
    RateBucket,
    Reason,
)
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

pytestmark = pytest.mark.usefixtures("in_store")


def test_two_flows_due_at_once_cannot_both_pass_the_cap(store):
    customer = CustomerFactory(store=store)
    first = planned(store=store, customer=customer, marketing=True)
    second = planned(store=store, customer=customer, marketing=True, flow="birthday")
    drain_outbox()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Message.Status.SENT, Message.Status.PLANNED)
    row = Outbox.objects.get()
    assert row.deferrals == 1
    assert row.due_at == first.handed_at + timedelta(hours=24)


def test_what_is_in_the_air_or_uncertain_counts(store):
    customer = CustomerFactory(store=store)
    for status in (Message.Status.HANDING, Message.Status.UNCERTAIN):
        busy = planned(store=store, customer=customer, marketing=True)
        Outbox.objects.filter(pk=busy.pk).update(state=35)
        Message.objects.filter(pk=busy.pk).update(status=status, handed_at=real_now())
        planned(store=store, customer=customer, marketing=True)
        drain_outbox()
        assert not LocalMail.objects.exists()
        Message.objects.filter(pk=busy.pk).update(handed_at=None)


def test_order_news_pass_the_cap_and_do_not_count(store):
    customer = CustomerFactory(store=store)
    for _ in range(3):
        planned(store=store, customer=customer)
    planned(store=store, customer=customer, marketing=True)
    drain_outbox()
    assert LocalMail.objects.count() == 4


def test_a_cap_of_three_lets_three_pass_and_frees_with_the_oldest(store):
    store.marketing_cap = 3
    store.save()
    customer = CustomerFactory(store=store)
    old = planned(store=store, customer=customer, marketing=True)
    drain_outbox()
    at = real_now() - timedelta(hours=20)
    Message.objects.filter(pk=old.pk).update(handed_at=at)
    for _ in range(3):
        planned(store=store, customer=customer, marketing=True)
    drain_outbox()
    assert LocalMail.objects.count() == 3
    assert Outbox.objects.get().due_at == at + timedelta(hours=24)


def test_a_cap_of_nothing_skips(store):
    store.marketing_cap = 0
    store.save()
    message = planned(store=store, customer=CustomerFactory(store=store), marketing=True)
    drain_outbox()
    message.refresh_from_db()
    assert message.reason == Reason.CAPPED


def test_the_same_customer_in_another_store_is_another_person(store, other_store, unscoped):
    for each in (store, other_store):
        customer = CustomerFactory(store=each, email="jana@mail.example")
        planned(store=each, customer=customer, marketing=True)
    drain_outbox()
    assert LocalMail.objects.count() == 2


@pytest.fixture
def metered(store, monkeypatch) -> ProviderAccount:
    """Four mails a second, twenty saved up."""
    monkeypatch.setattr(accounts, "UNMETERED", frozenset())
    account = accounts.account_of(store=store)
    ProviderAccount.objects.filter(pk=account.pk).update(rate_per_second=4)
    return account


def test_an_account_is_asked_no_faster_than_its_rate(store, metered):
    for _ in range(30):
        planned(store=store)
    assert dispatch(lane=Lane.TRANSACTIONAL, limit=100) == 20
    RateBucket.objects.update(tokens=0, refilled_at=real_now() + timedelta(minutes=1))
    assert dispatch(lane=Lane.TRANSACTIONAL, limit=100) == 0
    assert Outbox.objects.filter(claims__gt=0).count() == 0
    RateBucket.objects.update(tokens=0, refilled_at=real_now() - timedelta(seconds=1))
    assert 4 <= dispatch(lane=Lane.TRANSACTIONAL, limit=100) <= 8  # and what trickled in meanwhile


def test_tokens_are_spent_for_what_was_claimed_only(store, metered):
    planned(store=store)
    dispatch(lane=Lane.TRANSACTIONAL, limit=100)
    assert RateBucket.objects.get().tokens >= 19
