"""Each step of a return is mailed once, and says what is true when it is sent."""

import pytest

from core.stores.scope import store_scope
from orders.operations.decide_return import refuse_return
from orders.operations.exchange_return import exchange_return
from orders.operations.pay_back import credit_return
from orders.operations.receive_return import Arrived, receive_return
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)
BY = {"by": "anna@staff.example", "now": NOON}


def text_of(mail) -> str:
    return bytes(mail.mime).decode().replace("=\n", "")


def arrive(shop, asked) -> None:
    with store_scope(shop.pk):
        arrived = [
            Arrived(line_id=line.pk, quantity=line.quantity, condition="as_new")
            for line in asked.lines.all()
        ]
        receive_return(asked=asked, arrived=arrived, **BY)


def test_refused_with_its_reason_and_no_money_promised(shop, policy, walk, returns, mailbox):
    policy(approval="person")
    walk()
    (asked,) = returns()
    with store_scope(shop.pk):
        refuse_return(asked=asked, reason="The jar was opened.", **BY)
    mail = mailbox()[-1]
    assert mail.subject == f"About your return {asked.reference}"
    assert "The jar was opened." in text_of(mail)
    assert "Money back" not in text_of(mail)
    assert "slip.pdf" not in text_of(mail)


def test_received_and_credited(shop, walk, returns, mailbox):
    walk(outcome="credit")
    (asked,) = returns()
    arrive(shop, asked)
    assert mailbox()[-1].subject == f"Your return {asked.reference} has arrived"
    with store_scope(shop.pk):
        credit_return(asked=returns()[0], once="a", **BY)
    mail = mailbox()[-1]
    assert "of credit for you" in mail.subject
    assert "210.00" in mail.subject


def test_received_and_exchanged(shop, walk, returns, mailbox):
    walk(outcome="exchange", instead="Small")
    (asked,) = returns()
    arrive(shop, asked)
    with store_scope(shop.pk):
        exchange_return(asked=returns()[0], once="a", **BY)
    subjects = [mail.subject for mail in mailbox()]
    assert f"Your return {asked.reference} has arrived" in subjects
