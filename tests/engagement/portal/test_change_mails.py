"""What the mailbox says of a wish: come, done, or not possible and why. Nothing is told twice."""

import pytest

from core.stores.scope import store_scope
from orders.models import ChangeRequest, Order
from orders.operations.decide_change import approve_change, refuse_change
from orders.operations.match_changes import match_changes
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wish(shop, inside, jana):
    """Have Jana ask for something on her order's page."""

    def ask(what: str, **typed: str) -> ChangeRequest:
        path = f"/portal/{shop.slug}/orders/{jana.order.public_id}/change/{what}/"
        assert inside.post(path, {**typed, "sure": "1"}).status_code == 302
        with store_scope(shop.pk):
            return ChangeRequest.objects.latest("pk")

    return ask


def test_a_refusal_carries_the_shops_reason(shop, wish, mailbox):
    asked = wish("cancel", why="")
    before = len(mailbox())
    with store_scope(shop.pk):
        refuse_change(asked=asked, reason="Packed at seven.", by="ann@lipa.example", now=NOON)
    (mail,) = mailbox()[before:]
    assert mail.subject == "We could not do what you asked for order #1001"
    assert b"Packed at seven." in bytes(mail.mime)


def test_a_phone_number_entered_by_hand_is_told_as_done(shop, wish, mailbox):
    asked = wish("phone", phone="+420 777 123 456")
    before = len(mailbox())
    with store_scope(shop.pk):
        approve_change(asked=asked, by="ann@lipa.example", now=NOON)
    assert [mail.subject for mail in mailbox()[before:]] == ["Done: your change to order #1001"]


def test_a_cancellation_that_is_done_has_its_own_mail_and_no_second(shop, jana, wish, mailbox):
    asked = wish("cancel", why="")
    before = len(mailbox())
    with store_scope(shop.pk):
        approve_change(asked=asked, by="ann@lipa.example", now=NOON)
        Order.objects.filter(pk=jana.order.pk).update(status="canceled", canceled_at=NOON)
        match_changes(order_id=jana.order.pk, now=NOON)
        asked.refresh_from_db()
    assert asked.status == "done"
    assert mailbox()[before:] == []  # the order's own news tell it
