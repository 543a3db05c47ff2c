"""The dispatch bench: the peers' template makes the very mail that ours makes."""

from bench.dispatch.same_mail import NAME, SameMail, checked
from bench.dispatch.shop import open_shop, plant
from core.clock import real_now
from core.stores.scope import store_scope
from engagement.messages.models import Lane, Message, Outbox
from engagement.messages.rendering.render import render
from engagement.messages.rules import Go, send_rules


def test_the_plain_loop_writes_the_same_mail_as_we_do(db):
    store = open_shop()
    plant(store=store, count=1)
    with store_scope(store.pk):
        message = Message.objects.get()
        going = send_rules().judge(messages=[message], now=real_now())[message.pk]
    assert isinstance(going, Go)
    ours = render(template=NAME, language="en", context=going.context)
    checked(same=SameMail(), context=going.context, ours=ours)


def test_both_kinds_of_mail_are_due_and_may_go(db):
    store = open_shop()
    plant(store=store, count=2)
    plant(store=store, count=2, kind="review_request")
    with store_scope(store.pk):
        messages = list(Message.objects.all())
        rulings = send_rules().judge(messages=messages, now=real_now())
        assert {type(ruling) for ruling in rulings.values()} == {Go}
        assert Outbox.objects.filter(lane=Lane.MARKETING).count() == 2
