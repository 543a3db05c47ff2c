"""The provider's news: kept once, in any order, from nobody else."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.urls import reverse

from core.clock import real_now
from core.events.models import EventRow
from core.events.spine import drain
from core.stores.scope import store_scope
from engagement.messages.models import Message, MessageEvent
from engagement.messages.operations.dispatch import drain_outbox
from engagement.preferences.addresses import address_hash
from engagement.preferences.operations.unsubscribe import is_refused
from engagement.preferences.queries import suppressed
from orders.models import Customer
from tests.factories.accounts import an_account
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory


@pytest.fixture
def account(store):
    return an_account(store=store, backend="engagement.messages.localbox.backend.EmailBackend")


@pytest.fixture
def sent(store, account) -> Message:
    with store_scope(store.pk):
        message = planned(store=store, customer=CustomerFactory(store=store))
        drain_outbox()
        message.refresh_from_db()
    return message


def tell(client, account, *, provider="postmark", **body):
    secret = account if isinstance(account, str) else account.hook_secret
    return client.post(
        reverse("mail-hook", args=[provider, secret]), body, content_type="application/json"
    )


def delivery(message: Message, at: str = "2026-03-03T12:00:00Z") -> dict:
    return {
        "RecordType": "Delivery",
        "MessageID": "pm-1",
        "Recipient": "jana@mail.example",
        "DeliveredAt": at,
        "Metadata": {"afterglow": message.public_id.hex},
    }


def bounce(message: Message, *, number: int = 1, kind: str = "HardBounce", at=None) -> dict:
    return {
        "RecordType": "Bounce",
        "ID": number,
        "Type": kind,
        "MessageID": f"pm-{number}",
        "Email": "jana@mail.example",
        "BouncedAt": (at or real_now()).isoformat(),
        "Description": "No such user jana@mail.example here",
        "Metadata": {"afterglow": message.public_id.hex},
    }


def opened(message: Message) -> dict:
    return {
        "RecordType": "Open",
        "MessageID": "pm-1",
        "Recipient": "jana@mail.example",
        "ReceivedAt": "2026-03-03T13:00:00Z",
        "Metadata": {"afterglow": message.public_id.hex},
    }


def test_a_delivery_is_kept_and_raises_the_rank(client, sent, account, unscoped):
    assert tell(client, account, **delivery(sent)).status_code == 200
    event = MessageEvent.objects.get()
    assert (event.message_id, event.kind, event.provider) == (sent.pk, "delivered", "postmark")
    sent.refresh_from_db()
    assert sent.delivery_rank == 30


def test_forty_six_repeats_in_any_order_are_one_event_each(client, sent, account, unscoped):
    news = [delivery(sent), opened(sent), bounce(sent)]
    for order in permutations(news):
        for body in order:
            tell(client, account, **body)
    for _ in range(40):
        tell(client, account, **news[0])
    assert MessageEvent.objects.count() == 3
    sent.refresh_from_db()
    assert sent.delivery_rank == 70
    assert EventRow.objects.filter(name="message.bounced").count() == 1


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 43])
def test_a_stranger_is_turned_away_and_nothing_is_kept(client, sent, unscoped, secret):
    answer = tell(client, secret or "-", **bounce(sent))
    assert answer.status_code == 401
    assert not MessageEvent.objects.exists()


def test_basic_auth_is_asked_for_where_it_is_configured(client, sent, account, settings, unscoped):
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": "user:pass"}
    assert tell(client, account, **delivery(sent)).status_code == 401
    assert not MessageEvent.objects.exists()


def test_one_stores_secret_moves_nothing_in_another_store(client, sent, other_store, unscoped):
    theirs = an_account(store=other_store, backend="django.core.mail.backends.dummy.EmailBackend")
    assert tell(client, theirs, **bounce(sent)).status_code == 200
    event = MessageEvent.objects.get()
    assert (event.store_id, event.message_id) == (other_store.pk, None)
    sent.refresh_from_db()
    assert sent.delivery_rank == 0


def test_an_event_of_an_unknown_mail_is_kept_without_one(client, account, unscoped):
    tell(
        client, account, RecordType="Delivery", MessageID="who", DeliveredAt="2026-03-03T12:00:00Z"
    )
    assert MessageEvent.objects.get().message is None


def test_garbage_is_answered_with_400_and_keeps_nothing(client, account, unscoped):
    url = reverse("mail-hook", args=["postmark", account.hook_secret])
    for body in (b"", b"[", b"null", b"[]", b'{"RecordType": 7, "DeliveredAt": []}', b"\xff"):
        assert client.post(url, body, content_type="application/json").status_code == 400
    assert not MessageEvent.objects.exists()


def test_a_hard_bounce_is_news_and_its_words_keep_no_address(client, sent, account, unscoped):
    tell(client, account, **bounce(sent))
    event = EventRow.objects.get(name="message.bounced")
    assert event.payload == {
        "message_id": sent.pk,
        "customer_id": sent.customer_id,
        "address_hash": address_hash(sent.sent_to),
    }
    assert "jana" not in MessageEvent.objects.get().description


def test_a_complaint_is_news(client, sent, account, unscoped):
    body = {**bounce(sent, kind="SpamComplaint"), "RecordType": "SpamComplaint"}
    tell(client, account, **body)
    assert EventRow.objects.filter(name="message.complained").count() == 1


def test_soft_bounces_are_news_only_after_five_over_two_weeks(client, store, account, unscoped):
    customer = CustomerFactory(store=store)
    start = real_now() - timedelta(days=20)
    for number, day in enumerate((0, 1, 2, 3, 13, 14)):
        message = planned(store=store, customer=customer)
        drain_outbox()
        at = start + timedelta(days=day)
        tell(client, account, **bounce(message, number=number, kind="SoftBounce", at=at))
        told = EventRow.objects.filter(name="message.bounced").exists()
        assert told == (day == 14)


def test_a_delivery_in_between_forgives_soft_bounces(client, store, account, unscoped):
    customer = CustomerFactory(store=store)
    start = real_now() - timedelta(days=20)
    for number in range(6):
        message = planned(store=store, customer=customer)
        drain_outbox()
        at = start + timedelta(days=3 * number)
        if number == 3:
            tell(client, account, **delivery(message, at=at.isoformat()))
        else:
            tell(client, account, **bounce(message, number=number, kind="SoftBounce", at=at))
    assert not EventRow.objects.filter(name="message.bounced").exists()


def left(message: Message, *, at: str = "2026-03-03T14:00:00Z") -> dict:
    return {
        "RecordType": "SubscriptionChange",
        "MessageID": "pm-1",
        "Recipient": message.sent_to,
        "ChangedAt": at,
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "Metadata": {"afterglow": message.public_id.hex},
    }


def test_who_leaves_through_the_provider_has_left(client, sent, account, store, unscoped):
    for at in ("2026-03-03T14:00:00Z", "2026-03-03T14:00:00Z", "2026-03-04T14:00:00Z"):
        assert tell(client, account, **left(sent, at=at)).status_code == 200
    drain()
    with store_scope(store.pk):
        assert suppressed(emails=[sent.sent_to]) == {sent.sent_to: "marketing"}
        assert is_refused(customer=sent.customer)


@pytest.mark.parametrize("news", ["bounce", "complaint"])
def test_the_address_that_the_mail_went_to_is_left_alone(
    client, sent, account, store, unscoped, news
):
    old = sent.sent_to
    Customer.objects.filter(pk=sent.customer_id).update(email="new@mail.example")
    body = bounce(sent)
    if news == "complaint":
        body |= {"Type": "SpamComplaint", "RecordType": "SpamComplaint"}
    tell(client, account, **body)
    drain()
    with store_scope(store.pk):
        assert suppressed(emails=[old, "new@mail.example"]).get(old) == "all"
        assert suppressed(emails=["new@mail.example"]).get("new@mail.example") != "all"


def test_an_answer_with_letters_that_no_table_takes_is_kept_without_them(
    client, sent, account, unscoped
):
    odd = bounce(sent) | {"Description": "no\x00 such \ud800 user"}
    assert tell(client, account, **odd).status_code == 200
    assert MessageEvent.objects.get().description == "no such  user"
    odd = bounce(sent, number=2) | {"MessageID": "pm\x00\ud800", "Metadata": {}}
    assert tell(client, account, **odd).status_code == 200


def test_a_length_that_is_no_number_is_no_crash(client, sent, account, unscoped):
    answer = client.post(
        reverse("mail-hook", args=["postmark", account.hook_secret]),
        "{}",
        content_type="application/json",
        headers={"Content-Length": "many"},
    )
    assert answer.status_code < 500
