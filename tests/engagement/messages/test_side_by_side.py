"""Several connections, each with a database session of its own in which it marks its mails."""

from collections import Counter

import pytest
from django.db import connection

from core.stores.scope import every_store, store_scope
from engagement.messages.delivery.accounts import account_of
from engagement.messages.models import Lane, Message, Outbox, ProviderAccount, Reason
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from engagement.messages.rules import Skip
from tests.engagement.messages.relay import RELAY, Backend, Relay
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def nothing_changes(transactional_db, rules) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    rules.rests_on = "'what nobody ever writes to'"
    rules.before_forbidden = lambda: pytest.fail("The rules were asked again.")


@pytest.fixture
def relay(settings, store) -> Relay:
    settings.EMAIL_BACKEND = f"{Backend.__module__}.Backend"
    with store_scope(store.pk):
        account_of(store=store)
        ProviderAccount.objects.update(connections=3, rate_per_second=0)
    RELAY.__init__()
    return RELAY


def statuses() -> Counter:
    with every_store():
        return Counter(Message.objects.values_list("status", flat=True))


def standing(message_id: int) -> tuple[int, str, str]:
    """(state of its row, status, the transaction that wrote it), as committed by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.state, m.status, m.xmin::text FROM engagement_messages_outbox o "
            "JOIN engagement_messages_message m ON m.id = o.message_id WHERE m.id = %s",
            [message_id],
        )
        return cursor.fetchone()


def test_each_mail_is_marked_by_a_commit_of_its_own_before_it_leaves(relay, store):
    seen: dict[int, tuple[int, str, str]] = {}
    relay.needs = 3
    relay.while_inside = lambda pk: seen.update({pk: standing(pk)})
    messages = [planned(store=store) for _ in range(12)]
    assert drain_outbox() == 12
    assert relay.most_inside == 3
    assert {(state, status) for state, status, _ in seen.values()} == {(30, "handing")}
    assert len({written_by for _, _, written_by in seen.values()}) == len(messages)
    assert len(set(relay.accepted)) == len(relay.accepted) == 12
    assert statuses() == {"sent": 12}


def test_of_each_connection_no_more_than_one_mail_is_ever_in_doubt(relay, store):
    marked: list[int] = []

    def count(_: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM engagement_messages_outbox WHERE state = 30")
            marked.append(cursor.fetchone()[0])

    relay.while_inside = count
    for _ in range(40):
        planned(store=store)
    drain_outbox()
    assert statuses() == {"sent": 40}
    # A mail stays marked until it is recorded: what is marked is what a crash would leave in doubt.
    assert max(marked) <= 3


def test_about_whom_something_was_written_the_rules_are_asked_once_more(relay, store, rules):
    rules.rests_on = "m.flow"
    messages = [planned(store=store) for _ in range(7)]
    banned = messages[4]

    def write() -> None:
        Message.objects.filter(pk__in=[one.pk for one in messages[3:6]]).update(flow="another")

    rules.after_judge = write
    rules.bans[banned.pk] = Skip(Reason.ORDER_CANCELED)
    asked: list[int] = []
    rules.before_forbidden = lambda: asked.append(1)
    dispatch(lane=Lane.TRANSACTIONAL)
    assert 1 <= len(asked) <= 3
    assert statuses() == {"sent": 6, "skipped": 1}
    with every_store():
        assert Message.objects.get(status="skipped").pk == banned.pk
        assert not Outbox.objects.exists()


def test_rivals_for_one_cap_do_not_both_pass_side_by_side(relay, store, rules):
    rules.before_forbidden = None
    with store_scope(store.pk):
        customer = CustomerFactory(store=store)
    for flow in ("review_request", "birthday", "replenishment"):
        planned(store=store, customer=customer, marketing=True, flow=flow)
    drain_outbox()
    assert len(relay.accepted) == 1
    with every_store():
        assert sorted(Outbox.objects.values_list("deferrals", flat=True)) == [1, 1]


def test_a_connection_that_breaks_leaves_its_one_mail_unclear_and_the_others_go_on(relay, store):
    messages = [planned(store=store) for _ in range(9)]
    relay.refuses = {messages[2].pk: ConnectionResetError()}
    drain_outbox()
    assert statuses() == {"sent": 8, "uncertain": 1}


def test_a_mail_that_cannot_be_handed_over_does_not_hold_up_the_others(relay, store):
    messages = [planned(store=store) for _ in range(9)]
    relay.refuses = {messages[1].pk: ValueError("cannot be encoded")}
    drain_outbox()
    assert statuses() == {"sent": 8, "failed": 1}


def test_a_relay_that_takes_fewer_connections_gets_all_mails_over_those(relay, store):
    relay.most_connections = 2
    for _ in range(9):
        planned(store=store)
    drain_outbox()
    assert statuses() == {"sent": 9}
    assert relay.most_inside <= 2


def test_no_session_is_left_behind(relay, store):
    def sessions() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            )
            return cursor.fetchone()[0]

    before, during = sessions(), []
    relay.needs = 3
    relay.while_inside = lambda _: during.append(sessions())
    for _ in range(6):
        planned(store=store)
    drain_outbox()
    assert max(during) == before + 3
    assert sessions() == before
