"""The breaker on complaints and bounces, and the slow beginning of a new domain."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from core.audit.models import AuditEntry
from core.clock import real_now
from core.stores.scope import store_scope
from engagement.chores import BY_NAME, run_now
from engagement.messages.delivery import accounts
from engagement.messages.delivery.warm_up import allowance, standing_of
from engagement.messages.models import DomainStanding, Lane, Message, MessageEvent, Reason
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from engagement.messages.operations.watch_standing import Counts, release_standing, watch_standing
from engagement.messages.rules import Skip
from tests.factories.messages import planned

# Sent, called spam, bounced → what the breaker does. The thresholds of row E8, by hand.
TABLE = [
    (199, 199, 199, "fine"),
    (200, 0, 0, "fine"),
    (200, 1, 0, "no_marketing"),  # 0.5 %, but one person: order news goes on
    (200, 2, 0, "stopped"),
    (1000, 1, 0, "no_marketing"),
    (1001, 1, 0, "fine"),
    (1000, 2, 0, "no_marketing"),
    (1000, 3, 0, "stopped"),
    (10_000, 9, 0, "fine"),
    (10_000, 29, 0, "no_marketing"),
    (10_000, 30, 0, "stopped"),
    (200, 0, 9, "fine"),
    (200, 0, 10, "no_marketing"),
    (200, 0, 19, "no_marketing"),
    (200, 0, 20, "stopped"),
]


@pytest.mark.parametrize(("sent", "complained", "bounced", "state"), TABLE)
def test_the_breaker_opens_at_the_rates_that_receivers_name(sent, complained, bounced, state):
    assert Counts(sent=sent, complained=complained, bounced=bounced).verdict == state


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(0, 10**4))
def test_worse_numbers_never_make_it_milder(sent, complained, bounced):
    states = ["fine", "no_marketing", "stopped"]
    here = states.index(Counts(sent=sent, complained=complained, bounced=bounced).verdict)
    for worse in (
        Counts(sent=sent, complained=complained + 1, bounced=bounced),
        Counts(sent=sent, complained=complained, bounced=bounced + 1),
    ):
        assert states.index(worse.verdict) >= here


def sent_mails(store, number: int) -> list[Message]:
    """So many mails that left an hour ago."""
    with store_scope(store.pk):
        rows = [
            Message(
                store=store,
                flow="x",
                step="mail",
                subject=f"order:{n}",
                message_class="marketing",
                template="x",
                anchor_at=real_now(),
                due_at=real_now() - timedelta(hours=1),
                handed_at=real_now() - timedelta(hours=1),
                status="sent",
                created_at=real_now(),
            )
            for n in range(number)
        ]
        Message.objects.bulk_create(rows)
    return rows


def told(store, messages, kind, reject_reason=""):
    with store_scope(store.pk):
        MessageEvent.objects.bulk_create(
            MessageEvent(
                store=store,
                message=message,
                provider="x",
                key=f"{kind}{message.pk}",
                kind=kind,
                reject_reason=reject_reason,
                happened_at=real_now(),
                received_at=real_now(),
            )
            for message in messages
        )


@pytest.fixture
def metered(settings):
    """A provider that is asked through the network, as far as the engine knows."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    before = set(accounts.UNMETERED)
    accounts.UNMETERED.discard(settings.EMAIL_BACKEND)
    yield
    accounts.UNMETERED.update(before)


def known(store) -> DomainStanding:
    with store_scope(store.pk):
        standing = standing_of(store=store, machine_now=real_now())
        DomainStanding.objects.update(warming_since=None)
    return standing


def state_of(store) -> str:
    with store_scope(store.pk):
        return DomainStanding.objects.get().state


def test_complaints_pause_marketing_until_a_person_lets_it_go(store, metered):
    known(store)
    mails = sent_mails(store, 1000)
    told(store, mails[:1], "complained")
    assert run_now(BY_NAME["standing"]) == 1
    assert run_now(BY_NAME["standing"]) == 0
    assert state_of(store) == "no_marketing"
    marketing, news = planned(store=store, marketing=True), planned(store=store)
    drain_outbox()
    marketing.refresh_from_db()
    news.refresh_from_db()
    assert (marketing.status, news.status) == ("planned", "sent")
    with store_scope(store.pk):
        assert AuditEntry.objects.get(action="domain.no_marketing").actor == "breaker"
        assert release_standing(store=store, actor="jana@staff.example", now=real_now())
    assert run_now(BY_NAME["standing"]) == 0  # what was before counts no more
    drain_outbox()
    marketing.refresh_from_db()
    assert marketing.status == "sent"


def test_bounces_stop_everything_and_one_release_lets_all_of_it_go(store, metered):
    known(store)
    told(store, sent_mails(store, 200)[:20], "bounced", "bounced")
    assert watch_standing(now=real_now()) == 1
    news = planned(store=store)
    drain_outbox()
    store.refresh_from_db()
    news.refresh_from_db()
    assert (store.sending_held, news.status, state_of(store)) == (True, "planned", "stopped")
    with store_scope(store.pk):
        release_standing(store=store, actor="jana@staff.example", now=real_now())
    drain_outbox()
    news.refresh_from_db()
    assert news.status == "sent"


def test_soft_bounces_and_what_the_door_refused_are_told_apart(store, metered):
    known(store)
    mails = sent_mails(store, 200)
    told(store, mails[:40], "bounced", "soft")
    assert watch_standing(now=real_now()) == 0
    with store_scope(store.pk):
        Message.objects.filter(pk__in=[one.pk for one in mails[:21]]).update(
            status="failed", reason="bounced", handed_at=None, ended_at=real_now()
        )
    assert watch_standing(now=real_now()) == 1
    assert state_of(store) == "stopped"


def test_one_stores_trouble_is_not_anothers(store, other_store, metered):
    for each in (store, other_store):
        known(each)
    told(store, sent_mails(store, 200)[:20], "bounced", "bounced")
    sent_mails(other_store, 200)
    watch_standing(now=real_now())
    news = planned(store=other_store, marketing=True)
    drain_outbox()
    news.refresh_from_db()
    assert news.status == "sent"
    assert state_of(other_store) == "fine"


def sent_today() -> int:
    return len(mail.outbox)


def test_a_new_domain_begins_with_a_share_a_day_and_doubles(store, metered, monkeypatch):
    monkeypatch.setattr("engagement.messages.delivery.warm_up.FIRST_DAY", 2)
    for _ in range(30):
        planned(store=store, marketing=True, expires_at=None)
    with store_scope(store.pk):
        account = accounts.account_of(store=store)
        account.rate_per_second = 1000
        account.save()
    days = []
    with time_machine.travel(real_now() + timedelta(minutes=1), tick=False) as clock:
        for _ in range(4):
            before = sent_today()
            drain_outbox()
            drain_outbox()
            days.append(sent_today() - before)
            clock.shift(timedelta(days=1))
    assert days == [2, 4, 8, 16]


def test_order_news_is_never_held_back_and_counts(store, metered, monkeypatch):
    monkeypatch.setattr("engagement.messages.delivery.warm_up.FIRST_DAY", 3)
    for _ in range(5):
        planned(store=store)
    planned(store=store, marketing=True)
    drain_outbox()
    assert sent_today() == 5
    with store_scope(store.pk):
        assert DomainStanding.objects.get().handed_today == 5


def test_what_was_claimed_and_not_sent_is_free_again(store, metered, rules):
    stays, goes = planned(store=store, marketing=True), planned(store=store, marketing=True)
    rules.rulings[stays.pk] = Skip(Reason.NO_CONSENT)
    assert dispatch(lane=Lane.MARKETING) == 2
    goes.refresh_from_db()
    with store_scope(store.pk):
        assert (goes.status, DomainStanding.objects.get().handed_today) == ("sent", 1)


@given(st.lists(st.integers(0, 10**6), max_size=30))
def test_no_day_sees_more_than_twice_the_best_before_it(wishes):
    best = 0
    for wish in wishes:
        today = min(wish, allowance(best_day=best))
        assert today <= max(200, 2 * best)
        best = max(best, today)


def test_a_store_that_sent_for_weeks_is_known_and_a_new_domain_is_not(store):
    with store_scope(store.pk):
        sent_mails(store, 1)
        Message.objects.update(handed_at=real_now() - timedelta(days=20))
        assert standing_of(store=store, machine_now=real_now()).warming_since is None
        store.sender_email = "hello@lipa-new.example"
        standing = standing_of(store=store, machine_now=real_now())
        assert standing.warming_since is not None
        assert standing.domain == "lipa-new.example"
        assert DomainStanding.objects.count() == 1
