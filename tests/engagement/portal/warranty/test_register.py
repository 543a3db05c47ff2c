"""Registering a thing that was bought elsewhere: unverified, and not to be guessed at."""

import pytest
from django.test import Client

from core.stores.scope import store_scope
from orders.models import Guarantee, WarrantyTerms

pytestmark = pytest.mark.django_db(transaction=True)
SAID = {"serial": "AB-1", "bought_on": "2026-01-05", "email": "petr@mail.example"}


@pytest.fixture
def page(bought) -> str:
    return f"/portal/{bought.row.store.slug}/register/{bought.product.public_id}/"


@pytest.fixture
def promised(bought) -> None:
    with store_scope(bought.row.store_id):
        WarrantyTerms.objects.create(store=bought.row.store, product=bought.product, months=36)


def test_nothing_is_offered_where_nothing_is_promised(page):
    assert Client().get(page).status_code == 404


def test_it_is_written_down_and_waits_to_be_looked_at(page, promised, bought):
    assert "36 months" in Client().get(page).text
    answer = Client().post(page, SAID)
    assert answer.status_code == 302
    shown = Client().get(answer.url).text
    assert "We have not looked at your registration yet" in shown
    assert Client().post(answer.url, {"what": "x"}).status_code == 409
    with store_scope(bought.row.store_id):
        made = Guarantee.objects.get(serial="AB-1")
    assert (made.source, made.checked_at, made.customer) == ("registered", None, None)
    again = Client().post(page, {**SAID, "email": "thief@mail.example"})
    assert again.status_code == 409
    assert "registered already" in again.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"serial": "<script>"},
        {"serial": ""},
        {"bought_on": "2027-01-01"},
        {"bought_on": "yesterday"},
        {"email": "nobody"},
    ],
)
def test_what_cannot_be_is_refused(page, promised, wrong):
    assert Client().post(page, {**SAID, **wrong}).status_code == 422


def test_serial_numbers_are_not_found_out_by_trying(page, promised):
    tries = [Client().post(page, {**SAID, "serial": f"AB-{n}"}).status_code for n in range(11)]
    assert tries == [302] * 10 + [429]
