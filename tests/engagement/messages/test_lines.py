"""Several connections to one relay: quicker where it is far, and no mail twice or lost."""

import pytest

from engagement.messages.delivery.accounts import account_of
from engagement.messages.models import Lane, Message, Outbox, ProviderAccount, Reason
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from tests.engagement.messages.relay import RELAY, Backend, Relay
from tests.factories.messages import planned

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def relay(settings, store) -> Relay:
    settings.EMAIL_BACKEND = f"{Backend.__module__}.Backend"
    account_of(store=store)
    ProviderAccount.objects.update(connections=4)
    RELAY.__init__()
    return RELAY


def test_mails_travel_side_by_side_each_once_and_all_are_recorded(relay, store):
    relay.needs = 4
    messages = [planned(store=store) for _ in range(10)]
    assert drain_outbox() == 10
    assert relay.most_inside == 4
    assert len(set(relay.accepted)) == len(relay.accepted) == 10
    assert not Outbox.objects.exists()
    told = dict(Message.objects.values_list("pk", "provider_message_id"))
    assert all(told[message.pk].startswith(f"<{message.send_key}@") for message in messages)
    assert relay.opened == 0


def test_no_more_is_marked_than_the_connections_can_carry(relay, store):
    relay.most_connections = 2
    for _ in range(6):
        planned(store=store)
    marked: list[int] = []
    relay.needs = 2
    plain = Backend.send_messages

    def counted(self, emails):
        marked.append(1)
        return plain(self, emails)

    Backend.send_messages = counted
    try:
        dispatch(lane=Lane.TRANSACTIONAL)
    finally:
        Backend.send_messages = plain
    assert relay.most_inside == 2
    assert len(marked) == 6


def test_four_connections_are_given_four_times_as_much_at_once(relay, store):
    for _ in range(10):
        planned(store=store)
    assert dispatch(lane=Lane.TRANSACTIONAL, limit=2) == 8


def test_what_one_connection_fails_at_does_not_touch_the_others(relay, store):
    messages = [planned(store=store) for _ in range(8)]
    relay.refuses = {messages[1].pk: ValueError("cannot be encoded")}
    drain_outbox()
    outcome = dict(Message.objects.values_list("pk", "status"))
    assert outcome.pop(messages[1].pk) == Message.Status.FAILED
    assert set(outcome.values()) == {Message.Status.SENT}
    messages[1].refresh_from_db()
    assert messages[1].reason == Reason.REFUSED


def test_a_line_that_breaks_in_the_middle_leaves_its_one_mail_unclear(relay, store):
    messages = [planned(store=store) for _ in range(8)]
    relay.refuses = {messages[2].pk: ConnectionResetError()}
    drain_outbox()
    unclear = Outbox.objects.get()
    assert (unclear.pk, unclear.state) == (messages[2].pk, Outbox.State.UNCERTAIN)
    assert Message.objects.filter(status=Message.Status.SENT).count() == 7


def test_a_relay_that_is_away_costs_no_mail_a_try(relay, store):
    relay.most_connections = 0
    planned(store=store)
    drain_outbox()
    row = Outbox.objects.get()
    assert (row.state, row.attempts) == (Outbox.State.PLANNED, 0)
