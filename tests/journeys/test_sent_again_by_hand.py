"""A mail that a person asks for once more leaves, however long ago its own time was."""

from core.stores.scope import store_scope
from engagement.messages.models import Message
from engagement.messages.operations.by_hand import send_again
from engagement.travel import work


def test_an_old_confirmation_leaves_once_more(journey):
    journey.buys()
    assert journey.sent().count("order_confirmation") == 1
    journey.wait(days=30)
    before = len(journey.mails())
    with store_scope(journey.store.pk):
        message = Message.objects.get(flow="order_confirmation")
        send_again(message=message, now=journey.now)
    work(store=journey.store)
    with store_scope(journey.store.pk):
        message.refresh_from_db()
    assert (message.status, message.reason) == ("sent", "")
    assert len(journey.mails()) == before + 1
