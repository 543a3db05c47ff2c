"""A1: the confirmation is there at once, with everything the customer needs, exactly once."""

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
