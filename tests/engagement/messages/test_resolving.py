"""Uncertain is a state: settled by evidence, by a key, or by age; and by a person."""

from datetime import timedelta

import pytest

from core.clock import real_now
from engagement.messages.delivery.accounts import account_of
from engagement.messages.models import (
    LocalMail,
    Message,
    MessageEvent,
    Outbox,
    ProviderAccount,
    Reason,
)
from engagement.messages.operations.by_hand import CannotSendAgain, send_again
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.operations.resolve_uncertain import resolve_uncertain
from tests.factories.messages import planned

pytestmark = pytest.mark.usefixtures("in_store")


def uncertain(
    store, *, marketing: bool = False, age: timedelta = timedelta(), **changes
) -> Message:
    message = planned(store=store, marketing=marketing)
    Outbox.objects.filter(pk=message.pk).update(
        **{
            "state": Outbox.State.UNCERTAIN,
            "token": "worker",
            "attempts": 1,
            "lease_until": real_now() - age,
            **changes,
        }
    )
    Message.objects.filter(pk=message.pk).update(
        status=Message.Status.UNCERTAIN, handed_at=real_now() - age, account=account_of(store=store)
    )
    return message


def told(message: Message, kind: str) -> None:
    MessageEvent.objects.create(
        store_id=message.store_id,
        message=message,
        provider="x",
        key=kind,
        kind=kind,
        happened_at=real_now(),
        received_at=real_now(),
    )


def state_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.status, message.reason


LONG = timedelta(minutes=31)


@pytest.mark.parametrize("kind", ["queued", "sent", "deferred", "delivered", "bounced", "opened"])
def test_a_word_of_the_provider_settles_it_as_sent(store, kind):
    message = uncertain(store)
    told(message, kind)
    assert resolve_uncertain(now=real_now()).sent == 1
    assert state_of(message) == (Message.Status.SENT, "")
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("kind", ["rejected", "failed"])
def test_a_providers_refusal_settles_it_as_refused(store, kind):
    message = uncertain(store)
    told(message, kind)
    resolve_uncertain(now=real_now())
    assert state_of(message) == (Message.Status.FAILED, Reason.REFUSED)


def test_the_local_mailbox_is_evidence_like_a_provider(store):
    message = uncertain(store)
    LocalMail.objects.create(
        store=store, message=message, recipient="a@b.example", sender="c@d.example", subject="x",
        mime=b"", received_at=real_now(), header_id=f"<{message.send_key}@lipa.example>",
    )  # fmt: skip
    resolve_uncertain(now=real_now())
    assert state_of(message) == (Message.Status.SENT, "")


def test_without_evidence_it_waits_for_half_an_hour(store):
    message = uncertain(store, age=timedelta(minutes=29))
    assert resolve_uncertain(now=real_now()).waiting == 1
    assert state_of(message) == (Message.Status.UNCERTAIN, "")


def test_marketing_is_then_not_sent_again_and_says_so(store):
    message = uncertain(store, marketing=True, age=LONG)
    resolve_uncertain(now=real_now())
    assert state_of(message) == (Message.Status.SKIPPED, Reason.UNKNOWN_NOT_RESENT)
    assert message.handed_at is not None  # it may have arrived: the cap counts it


def test_order_news_go_once_more_under_the_same_message_id_and_then_fail(store):
    message = uncertain(store, age=LONG)
    key = message.send_key
    assert resolve_uncertain(now=real_now()).again == 1
    row = Outbox.objects.get()
    assert (row.state, row.token, row.resends) == (Outbox.State.PLANNED, "", 1)
    drain_outbox()
    assert LocalMail.objects.get().header_id.startswith(f"<{key}@")
    LocalMail.objects.all().delete()
    again = uncertain(store, age=LONG, resends=1)
    resolve_uncertain(now=real_now())
    assert state_of(again) == (Message.Status.FAILED, Reason.UNKNOWN_NOT_RESENT)


def test_a_provider_that_drops_doubles_is_handed_the_same_key_at_once(store):
    ProviderAccount.objects.filter(pk=account_of(store=store).pk).update(deduplicates=True)
    message = uncertain(store, marketing=True)
    key = message.send_key
    assert resolve_uncertain(now=real_now()).again == 1
    assert Outbox.objects.get().resends == 0
    message.refresh_from_db()
    assert message.send_key == key
    late = uncertain(store, marketing=True, age=timedelta(hours=21))
    resolve_uncertain(now=real_now())
    assert state_of(late) == (Message.Status.SKIPPED, Reason.UNKNOWN_NOT_RESENT)


def test_a_person_sends_it_again_as_a_new_mail(store):
    message = planned(store=store)
    drain_outbox()
    first = LocalMail.objects.get().header_id
    message.refresh_from_db()
    send_again(message=message, now=real_now())
    drain_outbox()
    assert state_of(message) == (Message.Status.SENT, "")
    assert message.generation == 1
    ids = set(LocalMail.objects.values_list("header_id", flat=True))
    assert len(ids) == 2
    assert first in ids


def test_what_is_still_planned_is_not_sent_again(store):
    message = planned(store=store)
    with pytest.raises(CannotSendAgain):
        send_again(message=message, now=real_now())


def test_proof_of_the_first_sending_does_not_settle_the_second(store):
    message = planned(store=store)
    drain_outbox()
    message.refresh_from_db()
    told_at = real_now()
    MessageEvent.objects.create(
        store=store,
        message=message,
        provider="postmark",
        key="1",
        kind="delivered",
        happened_at=told_at,
        received_at=told_at,
    )
    send_again(message=message, now=real_now())
    Outbox.objects.update(state=Outbox.State.UNCERTAIN, token="worker", lease_until=real_now())
    Message.objects.update(status=Message.Status.UNCERTAIN, handed_at=real_now())
    assert resolve_uncertain(now=real_now()).sent == 0
    assert Outbox.objects.get().state == Outbox.State.UNCERTAIN
