"""What Prometheus reads: each figure moves when the thing it stands for happens."""

import re
from datetime import timedelta

import pytest

from core.clock import real_now
from core.stores.scope import store_scope
from engagement.chores import BY_NAME, run_chore, run_now
from engagement.messages.delivery.accounts import account_of
from engagement.messages.models import Lane, Outbox, Pace, ProviderAccount
from engagement.messages.operations.dispatch import dispatch
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

LINE = re.compile(r"^afterglow_([a-z_]+)(\{[^}]*\})? (-?[\d.e+]+)$")
EXPLANATION = re.compile(r"^# (HELP|TYPE) afterglow_[a-z_]+ \w")


@pytest.fixture
def read(client, db):
    def go() -> dict[str, float]:
        found = {}
        for line in client.get("/metrics").content.decode().splitlines():
            match = LINE.match(line)
            if match is None:
                assert EXPLANATION.match(line), line
                continue
            found[match[1] + (match[2] or "")] = float(match[3])
        return found

    return go


@pytest.fixture
def mails(store):
    with store_scope(store.pk):
        people = [CustomerFactory(store=store) for _ in range(3)]
        return [planned(store=store, customer=person) for person in people]


def test_a_mail_waits_and_is_handed_over(store, mails, read):
    before = read()
    assert before['waiting{queue="mails_transactional"}'] == 3
    assert before['oldest_seconds{queue="mails_transactional"}'] >= 60
    assert before['mails_lately{lane="transactional",outcome="handed"}'] == 0
    assert dispatch(lane=Lane.TRANSACTIONAL) == 3
    after = read()
    assert after['waiting{queue="mails_transactional"}'] == 0
    assert after['mails_lately{lane="transactional",outcome="taken"}'] == 3
    assert after['mails_lately{lane="transactional",outcome="handed"}'] == 3
    assert after['mails_lately{lane="marketing",outcome="handed"}'] == 0


def test_the_pace_of_yesterday_is_not_todays_and_is_swept_out(db, read):
    old = real_now() - timedelta(days=2)
    Pace.objects.create(at=old, lane=Lane.MARKETING, taken=9, handed=9)
    assert read()['mails_lately{lane="marketing",outcome="taken"}'] == 0
    assert run_now(BY_NAME["sweep_out"]) == 1
    assert not Pace.objects.exists()


def test_what_is_unclear_and_what_rests_is_counted(store, mails, read):
    with store_scope(store.pk):
        Outbox.objects.filter(pk=mails[0].pk).update(state=Outbox.State.UNCERTAIN)
        account = account_of(store=store)
        ProviderAccount.objects.update(paused_until=real_now() + timedelta(seconds=90))
    found = read()
    assert found["uncertain"] == 1
    assert found["accounts_paused"] == 1
    assert 60 < found[f'account_resting_seconds{{account="{account.pk}"}}'] <= 90


def test_the_age_of_the_last_tick_is_told_once_there_was_one(db, read):
    assert "tick_age_seconds" not in read()
    run_chore(name="dispatch", now=real_now())
    assert 0 <= read()["tick_age_seconds"] < 60
