"""What is asked of a shop's system is done once, in its order, and never too late."""

import json
from datetime import timedelta

import pytest
from django.db import transaction

from core.clock import real_now
from core.outbound import Answer
from core.stores.scope import store_scope
from orders.models import Fulfillment, PlatformCommand, PlatformConnection
from orders.operations import carry_out
from orders.operations.carry_out import carry_out_due, drain_commands
from orders.operations.give_command import connection_for, give_command, retry_command
from tests.engagement.messages.at_once import at_once
from tests.factories.orders import FulfillmentFactory, OrderFactory

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwKEqzTWEUZTI="


@pytest.fixture
def network(monkeypatch) -> list[bytes]:
    """The bodies that left, to a receiver that takes everything; put a status to fail with."""
    sent: list[bytes] = []

    def called(*, body: bytes, **_call: object) -> Answer:
        assert not transaction.get_connection().in_atomic_block, "a call inside a transaction"
        sent.append(body)
        return Answer(network_status[0], {}, b"{}")

    network_status[0] = 200
    monkeypatch.setattr("orders.connectors.webhook.call", called)
    return sent


network_status = [200]


def connection(store, now) -> PlatformConnection:
    row = PlatformConnection(
        store=store, platform="webhook", address="https://shop.example/", created_at=now
    )
    row.set_credentials({"secret": SECRET})
    row.save()
    return row


def give(line, key, *, kind="edit_note", order=None, now):
    with transaction.atomic():
        return give_command(
            connection=line, kind=kind, payload={"note": key}, key=key, order=order, now=now
        )


def make_due() -> None:
    PlatformCommand.objects.update(due_at=real_now() - timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_a_command_is_given_once_and_done_once(store, now, network):
    with store_scope(store.pk):
        line = connection(store, now)
        assert give(line, "a", now=now).pk == give(line, "a", now=now).pk
    assert drain_commands() == 1
    assert drain_commands() == 0
    assert len(network) == 1


@pytest.mark.django_db(transaction=True)
def test_wishes_of_one_order_keep_their_order(store, now, network):
    with store_scope(store.pk):
        line, order = connection(store, now), OrderFactory(store=store)
        network_status[0] = 500
        give(line, "first", order=order, now=now)
        give(line, "second", order=order, now=now)
        give(line, "other", order=OrderFactory(store=store), now=now)
        drain_commands()
        assert [body for body in network if b'"second"' in body] == []
        network_status[0] = 200
        make_due()
        drain_commands()
        assert not PlatformCommand.objects.exclude(status="done").exists()
    notes = [json.loads(body)["data"]["note"] for body in network]
    assert [note for note in notes if note != "other"] == ["first", "first", "second"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["cancel", "edit_address"])
def test_nothing_that_came_too_late_is_handed_over(store, now, network, kind):
    with store_scope(store.pk):
        line, order = connection(store, now), OrderFactory(store=store)
        command = give(line, "late", kind=kind, order=order, now=now)
        FulfillmentFactory(store=store, order=order, status=Fulfillment.Status.SHIPPED)
        drain_commands()
        command.refresh_from_db()
    assert (command.status, network) == ("refused", [])
    assert command.error == carry_out.TOO_LATE


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_died_leaves_its_command_to_the_next(store, now, network, monkeypatch):
    """Before MARK nothing has left; after it, the next try says so to the connector."""
    with store_scope(store.pk):
        command = give(connection(store, now), "a", now=now)
        over = {"token": "dead", "lease_until": real_now() - timedelta(seconds=1)}
        PlatformCommand.objects.update(status="claimed", claims=1, **over)
        seen = []
        hand_over = carry_out._hand_over
        monkeypatch.setattr(
            carry_out, "_hand_over", lambda one: (seen.append(one.job.again), hand_over(one))[1]
        )
        drain_commands()
        PlatformCommand.objects.update(status="handed", attempts=1, **over)
        drain_commands()
        command.refresh_from_db()
    assert seen == [False, True]
    assert command.status == "done"


@pytest.mark.django_db(transaction=True)
def test_a_late_writer_changes_nothing(store, now, network, monkeypatch):
    """Its lease ran out while the shop thought; somebody else has the command by then."""
    with store_scope(store.pk):
        command = give(connection(store, now), "a", now=now)
        hand_over = carry_out._hand_over

        def slowly(errand):
            PlatformCommand.objects.update(token="somebody else")
            return hand_over(errand)

        monkeypatch.setattr(carry_out, "_hand_over", slowly)
        carry_out_due()
        command.refresh_from_db()
    assert (command.status, command.token) == ("handed", "somebody else")


@pytest.mark.django_db(transaction=True)
def test_given_up_after_some_tries_and_tried_again_by_hand(store, now, network):
    with store_scope(store.pk):
        command = give(connection(store, now), "a", now=now)
        network_status[0] = 503
        for _ in range(carry_out.FEW_TRIES + 2):
            make_due()
            drain_commands()
        command.refresh_from_db()
        assert (command.status, len(network)) == ("dead", carry_out.FEW_TRIES + 1)
        network_status[0] = 200
        assert retry_command(command=command)
        assert not retry_command(command=command)
        drain_commands()
        command.refresh_from_db()
    assert command.status == "done"


def test_what_was_done_a_month_ago_keeps_no_addresses(in_store, now):
    line = connection(in_store, now)
    for key, days in (("old", 31), ("new", 29)):
        command = give(line, key, now=now)
        PlatformCommand.objects.filter(pk=command.pk).update(
            status="done", settled_at=real_now() - timedelta(days=days)
        )
    assert carry_out.blank_commands(now=real_now()) == 1
    assert carry_out.blank_commands(now=real_now()) == 0
    assert PlatformCommand.objects.get(key="old").payload == {}
    assert PlatformCommand.objects.get(key="new").payload == {"note": "new"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rivals_hand_each_command_over_once(store, now, network):
    with store_scope(store.pk):
        line = connection(store, now)
        for number in range(20):
            give(line, f"n{number}.", now=now)
    at_once(*(drain_commands for _ in range(4)))
    assert len(network) == 20
    assert len(set(network)) == 20


def test_the_platforms_own_connection_goes_before_the_shops_own_system(in_store, now):
    order = OrderFactory(store=in_store, source="shopify")
    assert connection_for(order=order, kind="cancel") is None
    own = connection(in_store, now)
    assert connection_for(order=order, kind="cancel") == own
    shop = PlatformConnection.objects.create(
        store=in_store, platform="shopify", address="lipa.myshopify.com", created_at=now
    )
    assert connection_for(order=order, kind="cancel") == shop
    assert connection_for(order=order, kind="edit_lines") == own
    PlatformConnection.objects.update(is_active=False)
    assert connection_for(order=order, kind="cancel") is None
