"""Withdrawing from the contract: two steps, no reason, also without an account (G9)."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from core.stores.scope import store_scope
from engagement.messages.models import Message
from orders.models import Return, WithdrawalStatement
from tests.conftest import NOON
from tests.engagement.portal.returns.conftest import fields

pytestmark = pytest.mark.django_db(transaction=True)
LABELS = {
    "en": ("Withdraw from contract here", "Confirm withdrawal"),
    "cs": ("Odstoupit od smlouvy zde", "Potvrdit odstoupení od smlouvy"),
    "sk": ("Odstúpiť od zmluvy tu", "Potvrdiť odstúpenie od zmluvy"),
    "sl": ("Odstopite od pogodbe tukaj", "Potrdite odstop"),
    "fi": ("Peruuta sopimus tästä", "Vahvista peruuttaminen"),
}
WHO = {"name": "Jana Nováková", "order_number": "1001", "email": "JANA@mail.example"}


@pytest.fixture
def page(shop) -> str:
    return f"/portal/{shop.slug}/withdraw/"


def declare(page: str, client: Client | None = None, **who):
    """Both steps; the last answer."""
    client = client or Client()
    second = client.post(page, {**WHO, **who})
    return client.post(page, {**fields(second.text), "sure": "1"})


def statements(shop) -> list[WithdrawalStatement]:
    with store_scope(shop.pk):
        return list(WithdrawalStatement.objects.order_by("pk"))


@pytest.mark.parametrize("language", LABELS)
def test_the_function_is_labelled_as_the_law_asks(shop, bought, page, language):
    shop.languages = list(LABELS)
    shop.save()
    here, confirm = LABELS[language]
    client = Client()
    assert here in client.get(f"/portal/{shop.slug}/help/?lang={language}").text
    assert confirm in client.post(f"{page}?lang={language}", WHO).text


def test_without_an_account_in_two_steps_with_a_receipt(shop, bought, page, mailbox):
    answer = declare(page)
    told = Client().get(answer.url)
    assert (answer.status_code, told.status_code) == (303, 200)
    assert "We have your withdrawal" in told.text
    (mail,) = [mail for mail in mailbox() if "withdrawal" in mail.subject]
    with store_scope(shop.pk):
        asked = Return.objects.get()
    assert mail.subject == f"Receipt of your withdrawal {asked.reference}"
    text = bytes(mail.mime).decode()
    with store_scope(shop.pk):
        receipt = Message.objects.get(template="withdrawal_receipt")
    assert receipt.status == "sent"
    assert receipt.due_at - asked.requested_at <= timedelta(minutes=1)
    assert "Rose soap" in text
    assert (asked.kind, asked.status, asked.outcome) == ("withdrawal", "approved", "refund")
    assert [row.status for row in statements(shop)] == ["matched"]


def test_known_or_not_the_answer_is_the_same(shop, bought, page, mailbox):
    answers = [
        declare(page),
        declare(page, order_number="9999"),
        declare(page, email="x@y.example"),
    ]
    texts = [
        re.sub(r"\d{4}|[\w.]+@[\w.]+|[0-9a-f-]{36}", "", Client().get(one.url, follow=True).text)
        for one in answers
    ]
    assert {one.status_code for one in answers} == {303}
    assert len({re.sub(r"(?i)1001|9999|jana@mail.example|x@y.example", "", t) for t in texts}) == 1
    assert len([mail for mail in mailbox() if "withdrawal" in mail.subject]) == 1
    assert [row.status for row in statements(shop)] == ["matched", "open", "open"]
    assert statements(shop)[1].problem == "No order of that number and e-mail."


def test_sent_twice_it_is_one_declaration(shop, bought, page, mailbox):
    client = Client()
    sent = {**fields(client.post(page, WHO).text), "sure": "1"}
    assert client.post(page, sent).url == client.post(page, sent).url
    declare(page)  # and once more from a new form: the goods are withdrawn already
    mailbox()
    with store_scope(shop.pk):
        assert Return.objects.count() == 1
    assert [row.status for row in statements(shop)] == ["matched", "open"]


def test_it_asks_for_nothing_but_who_and_what(page, shop, bought):
    names = set(fields(Client().get(page).text)) - {"once"}
    assert names == {"name", "order_number", "email"}
    answer = Client().post(page, {**WHO, "email": "nonsense", "name": ""})
    assert answer.status_code == 422
    assert "This is no e-mail address" in answer.text
    assert statements(shop) == []


def test_it_counts_from_when_it_was_declared(shop, bought, page, mailbox, clock):
    declare(page)
    clock.shift(timedelta(hours=5))
    mailbox()
    with store_scope(shop.pk):
        assert Return.objects.get().requested_at == NOON


def test_a_network_cannot_flood_it(shop, bought, page):
    for number in range(30):
        assert declare(page, order_number=str(number)).status_code == 303
    answer = declare(page)
    assert (answer.status_code, bool(answer["Retry-After"])) == (429, True)


def test_inside_it_is_for_some_of_the_goods_and_follows_its_state(shop, inside, bought, mailbox):
    order = bought.path.removesuffix("return/")
    assert f'href="{order}withdraw/"' in inside.get(order).text
    page = f"{order}withdraw/"
    first = inside.get(page).text
    assert "Last day:" in first
    taken = [name for name in fields(first) if name.startswith("take-")]
    assert len(taken) == 2
    sent = {name: v for name, v in fields(first).items() if name != taken[1]}
    second = inside.post(page, sent).text
    assert "I hereby withdraw" in second
    last = inside.post(page, {**fields(second), "sure": "1"})
    again = inside.post(page, {**fields(second), "sure": "1"})
    assert (last.status_code, last.url) == (303, again.url)
    with store_scope(shop.pk):
        asked = Return.objects.get()
        assert asked.goods_minor == 20000
    told = inside.get(last.url).text
    assert "Withdrawal from the contract" in told
    assert "Call the return off" not in told
    assert [m.subject for m in mailbox()][-1] == f"Receipt of your withdrawal {asked.reference}"


def test_after_the_period_it_says_so_and_why(shop, inside, bought, clock):
    order = bought.path.removesuffix("return/")
    clock.shift(timedelta(minutes=25))
    with store_scope(shop.pk):
        bought.order.fulfillments.update(
            shipped_at=NOON - timedelta(days=40), delivered_at=NOON - timedelta(days=30)
        )
    answer = inside.get(f"{order}withdraw/")
    assert (answer.status_code, "time for sending it back is over" in answer.text) == (409, True)
    assert "withdraw/" not in inside.get(order).text
