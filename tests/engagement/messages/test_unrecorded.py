"""The provider takes a mail and the database is not there to be told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from core.clock import real_now
from core.stores.scope import every_store, store_scope
from engagement.messages.delivery.accounts import account_of
from engagement.messages.limits import limits
from engagement.messages.models import Message, Outbox, ProviderAccount
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.operations.reap import reap
from engagement.messages.operations.resolve_uncertain import resolve_uncertain
from tests.engagement.messages.relay import RELAY, Backend, Relay
from tests.factories.messages import planned

pytestmark = pytest.mark.django_db(transaction=True)

LONG = timedelta(hours=1)


@pytest.fixture
def relay(settings, store) -> Relay:
    settings.EMAIL_BACKEND = f"{Backend.__module__}.Backend"
    with store_scope(store.pk):
        account_of(store=store)
        ProviderAccount.objects.update(rate_per_second=0)
    RELAY.__init__()
    return RELAY


def nobody_can_write(yes: bool) -> None:
    """The database takes no more writes from us, as when its disk is gone or it has become a copy."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            what = "READ ONLY" if yes else "READ WRITE"
            cursor.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION {what}")
        else:
            cursor.execute(f"PRAGMA query_only = {int(yes)}")


def statuses() -> list[str]:
    with every_store():
        return sorted(Message.objects.values_list("status", flat=True))


@pytest.fixture
def taken_unrecorded(relay, store) -> Relay:
    """One order mail that the provider has, and that the database calls "being handed over"."""
    planned(store=store)
    relay.while_inside = lambda _: nobody_can_write(True)
    with pytest.raises(DatabaseError):
        drain_outbox()
    relay.while_inside = None
    assert len(relay.accepted) == 1
    return relay


def test_it_is_recorded_as_soon_as_the_database_can_be_told(taken_unrecorded, store):
    with pytest.raises(DatabaseError):
        drain_outbox()  # as often as it likes: nothing is forgotten
    nobody_can_write(False)
    assert statuses() == [Message.Status.HANDING]
    drain_outbox()
    assert statuses() == [Message.Status.SENT]
    with every_store():
        assert not Outbox.objects.exists()
    assert len(taken_unrecorded.accepted) == 1


def test_it_is_never_in_doubt_however_long_the_database_was_away(taken_unrecorded, store):
    nobody_can_write(False)
    later = real_now() + limits().lease + LONG
    reap(now=later)
    resolve_uncertain(now=later + limits().uncertain_age)
    drain_outbox()
    assert statuses() == [Message.Status.SENT]
    assert len(taken_unrecorded.accepted) == 1


def test_what_was_settled_meanwhile_stays_as_it_is(taken_unrecorded, store):
    nobody_can_write(False)
    with store_scope(store.pk):
        Outbox.objects.all().delete()
        Message.objects.update(status=Message.Status.FAILED)
    drain_outbox()
    assert statuses() == [Message.Status.FAILED]


@pytest.mark.postgres
def test_connections_that_record_their_own_lose_nothing_with_their_sessions(relay, store):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    with store_scope(store.pk):
        ProviderAccount.objects.update(connections=3)
    for _ in range(3):
        planned(store=store)
    relay.needs = 3
    # The last one to come; the others have marked theirs and wait at the relay.
    relay.while_inside = lambda _: everybody_else_is_cut_off() if relay.inside == 2 else None
    with pytest.raises(DatabaseError):
        drain_outbox()
    relay.while_inside = None
    connection.close()
    resolve_uncertain(now=real_now() + LONG)
    drain_outbox()
    assert statuses() == [Message.Status.SENT] * 3
    assert len(relay.accepted) == 3


def everybody_else_is_cut_off() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
