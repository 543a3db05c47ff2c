"""A1: the confirmation is there at once, with everything the customer needs, exactly once."""

import json

from core.secrets import decrypt
from core.stores.scope import store_scope
from engagement.messages.models import ProviderAccount
from orders.models import InboundNotice
from tests.factories.journey import text_of


def test_an_order_is_confirmed_at_once(journey):
    journey.buys()
    (mail,) = journey.mails()
    assert mail["To"].addresses[0].addr_spec == "jana@mail.example"
    assert "#1001" in mail["Subject"] or "1001" in mail["Subject"]
    text = text_of(mail)
    for needed in ("Hand cream", "75 ml", "499", "Lipova 1", "110 00", "card"):
        assert needed in text, needed
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None


def test_the_same_notice_twice_confirms_once(journey):
    order = journey.buys()
    journey.told("orders/create", journey.last[order])
    journey.told("orders/paid", journey.last[order])
    assert journey.sent() == ["order_confirmation"]
    assert len(journey.mails()) == 1


def test_every_mail_can_be_traced_to_its_notice(journey, unscoped):
    journey.buys()
    (message,) = journey.messages()
    assert message.event.name == "order.placed"
    assert message.event.origin == "live"
    assert InboundNotice.objects.get(order=message.order).status == InboundNotice.Status.APPLIED


def provider_says(journey, client, message, **news):
    """Postmark tells us of a mail, through the account's own address."""
    with store_scope(journey.store.pk):
        (account,) = ProviderAccount.objects.all()
    return client.post(
        f"/hooks/mail/postmark/{decrypt(account.hook_sealed)}/",
        json.dumps(
            {
                "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
                "ServerID": 23,
                "Recipient": "jana@mail.example",
                "Metadata": {"afterglow": message.public_id.hex},
                **news,
            }
        ),
        content_type="application/json",
    )


def test_the_providers_news_comes_back_to_the_mail(journey, client):
    journey.buys()
    (message,) = journey.messages()
    delivered = {"RecordType": "Delivery", "DeliveredAt": "2026-03-03T12:00:05Z", "Details": "ok"}
    for _ in range(3):
        assert provider_says(journey, client, message, **delivered).status_code == 200
    with store_scope(journey.store.pk):
        assert list(message.events.values_list("kind", flat=True)) == ["delivered"]


def test_an_address_that_does_not_exist_is_left_alone_from_then_on(journey, client):
    order = journey.buys()
    (message,) = journey.messages()
    bounced = {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Email": "jana@mail.example",
        "BouncedAt": "2026-03-03T12:00:05Z",
        "Description": "The server was unable to deliver your message",
    }
    assert provider_says(journey, client, message, **bounced).status_code == 200
    journey.wait(hours=1)
    journey.ships(order)
    assert journey.sent() == ["order_confirmation"]
    assert ("order_shipped", "suppressed") in journey.skipped()
