"""“Your credit”: what a customer has, how long it lasts, how it came about, in five languages."""

import pytest
from django.test import Client

from core.events.models import EventRow
from core.ledger.models import Movement
from core.stores.scope import store_scope
from orders.operations.give_credit import give_credit
from orders.operations.spend_credit import spend_credit
from orders.operations.take_back_credit import take_back_credit
from tests.conftest import NOON
from tests.factories.orders import CustomerFactory

pytestmark = pytest.mark.django_db(transaction=True)
MADE = {"currency": "CZK", "by": "anna@staff.example", "now": NOON}


@pytest.fixture
def path(shop) -> str:
    return f"/portal/{shop.slug}/credit/"


@pytest.fixture
def credit(shop, jana) -> None:
    """150 until the end of 10 March, 50 for ever, of both 30 used."""
    ends = NOON.replace(month=3, day=10, hour=23, minute=0)  # midnight in Prague
    with store_scope(shop.pk):
        for number, amount, until in ((1, 15000, ends), (2, 5000, None)):
            give_credit(
                customer=jana.customer,
                amount_minor=amount,
                occasion=f"return:{number}",
                reason="Hidden reason",
                expires_at=until,
                **MADE,
            )
        spend_credit(
            customer=jana.customer, amount_minor=3000, occasion="order:9", reason="", **MADE
        )


def test_it_says_what_there_is_how_long_it_lasts_and_how_it_came_about(inside, path, credit):
    page = inside.get(path).text.replace("\xa0", " ")
    assert page.count("<h1>") == 1
    for words in (
        "CZK170.00",
        "CZK120.00",
        "CZK50.00",
        "Last day: 10 March 2026",
        "Does not expire",
    ):
        assert words in page or words.replace("CZK", "CZK ") in page, words
    for words in ("+", "−", "Given to you", "Used"):
        assert words in page
    assert "Hidden reason" not in page
    assert "anna@staff" not in page


def test_what_is_owed_is_told(shop, inside, path, credit):
    with store_scope(shop.pk):
        take = {"given_for": "return:1", "occasion": "off", "reason": "", "by": "a", "now": NOON}
        take_back_credit(**take)
        take_back_credit(**{**take, "given_for": "return:2", "occasion": "off:2"})
    page = inside.get(path).text
    assert "30.00 was taken back when it was used already" in page.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "title", "last"),
    [
        ("en", "Your credit", "Last day: 10 March 2026"),
        ("cs", "Váš kredit", "Poslední den: 10. března 2026"),
        ("sk", "Váš kredit", "Posledný deň: 10. marca 2026"),
        ("sl", "Vaše dobroimetje", "Zadnji dan: 10. marec 2026"),
        ("fi", "Hyvityssaldosi", "Viimeinen päivä: 10. maaliskuuta 2026"),
    ],
)
def test_it_speaks_five_languages(inside, path, credit, language, title, last):
    page = inside.get(f"{path}?lang={language}").text.replace("\xa0", " ")
    assert f"<h1>{title}</h1>" in page
    assert last in page
    if language != "en":
        for english in ("Given to you", "History", "You can spend", "Does not expire", "Used"):
            assert english not in page


def test_the_way_there_is_shown_to_whoever_has_some(shop, inside, path, jana):
    orders = f"/portal/{shop.slug}/orders/"
    assert path not in inside.get(orders).text
    assert "You have no credit" in inside.get(path).text
    with store_scope(shop.pk):
        give_credit(customer=jana.customer, amount_minor=1, occasion="a", reason="Sorry", **MADE)
    assert path in inside.get(orders).text


def test_nobody_sees_anothers_and_looking_writes_nothing(shop, inside, path):
    with store_scope(shop.pk):
        petr = CustomerFactory(store=shop)
        give_credit(customer=petr, amount_minor=98765, occasion="b", reason="", **MADE)
        before = (Movement.objects.count(), EventRow.objects.count())
    assert "987" not in inside.get(path).text
    assert Client().get(path).status_code == 302
    with store_scope(shop.pk):
        assert (Movement.objects.count(), EventRow.objects.count()) == before


def test_it_is_read_in_few_queries(inside, path, credit, django_assert_max_num_queries):
    inside.get(path)
    with django_assert_max_num_queries(12):
        inside.get(path)
