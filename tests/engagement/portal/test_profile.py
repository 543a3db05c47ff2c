"""About you: what a customer says themselves, and what needs a fresh proof of who they are."""

from datetime import timedelta

import pytest

from core.stores.scope import store_scope
from engagement.portal.models import PortalSession
from orders.models import Customer, CustomerAddress, Product
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)
HOME = {
    "name": "Jana Nováková",
    "street": "Lipová 5",
    "postcode": "110 00",
    "city": "Praha",
    "country": "cz",
}


@pytest.fixture
def url(shop) -> str:
    return f"/portal/{shop.slug}/profile/"


@pytest.fixture
def person(shop, jana):
    def read() -> Customer:
        with store_scope(shop.pk):
            return Customer.objects.get(pk=jana.customer.pk)

    return read


def grow_old(shop) -> None:
    with store_scope(shop.pk):
        PortalSession.objects.update(fresh_at=NOON - timedelta(minutes=11))


def test_name_phone_and_language_are_theirs_to_say(shop, inside, url, person):
    said = {"first_name": "Jana", "last_name": "Nová", "phone": "ring me", "language": "cs"}
    assert inside.post(url + "you/", said).status_code == 422  # no phone number
    shop.languages = ["en", "cs"]
    shop.save()
    said["phone"] = "+420 777 123 456"
    assert inside.post(url + "you/", said).status_code == 302
    row = person()
    assert (row.full_name, row.phone, row.language) == ("Jana Nová", "+420 777 123 456", "cs")
    shown = inside.get(url).text
    assert "Jana Nová" in shown
    assert "Čeština" in shown


def test_a_birthday_said_by_who_reads_the_mailbox_is_verified_and_stays_a_year(
    inside, url, person, clock
):
    assert inside.post(url + "birthday/", {"day": "31", "month": "4"}).status_code == 422
    assert inside.post(url + "birthday/", {"day": "5", "month": "6"}).status_code == 302
    row = person()
    assert (row.birthday_day, row.birthday_month, row.birthday_verified) == (5, 6, True)
    assert row.birthday_entered_at == NOON
    again = inside.post(url + "birthday/", {"day": "6", "month": "6"})
    assert again.status_code == 422
    assert "once a year" in again.text
    assert (
        inside.post(url + "birthday/", {"day": "5", "month": "6", "year": "1980"}).status_code
        == 302
    )
    assert (person().birthday_year, person().birthday_entered_at) == (1980, NOON)


def test_an_address_is_added_and_taken_out(shop, inside, url, jana):
    assert inside.post(url + "address/", {**HOME, "country": "Czechia"}).status_code == 422
    assert inside.post(url + "address/", HOME).status_code == 302
    assert "Lipová 5" in inside.get(url).text
    with store_scope(shop.pk):
        (row,) = CustomerAddress.objects.filter(customer=jana.customer)
    assert row.lines["country"] == "CZ"
    inside.post(url + "address/remove/", {"address": str(row.pk)})
    assert "Lipová 5" not in inside.get(url).text


def test_addresses_and_birthdays_need_a_fresh_proof(shop, inside, url, person, jana):
    inside.post(url + "address/", HOME)
    with store_scope(shop.pk):
        (row,) = CustomerAddress.objects.filter(customer=jana.customer)
    grow_old(shop)
    for path, said in (
        ("birthday/", {"day": "5", "month": "6"}),
        ("address/", {**HOME, "street": "Jiná 1"}),
        ("address/remove/", {"address": str(row.pk)}),
    ):
        answer = inside.post(url + path, said)
        assert answer.status_code == 403
        assert "Send me the mail" in answer.text
    assert person().birthday_day is None
    assert "Lipová 5" in inside.get(url).text


def test_nobody_takes_out_anothers_address(shop, inside, url, jana, other_store):
    with store_scope(shop.pk):
        petr = Customer.objects.create(store=shop, email="petr@mail.example", created_at=NOON)
        his = CustomerAddress.objects.create(
            store=shop, customer=petr, fingerprint="x", lines=HOME, last_used_at=NOON
        )
    inside.post(url + "address/remove/", {"address": str(his.pk)})
    with store_scope(shop.pk):
        assert CustomerAddress.objects.filter(pk=his.pk).exists()


def test_the_way_to_mails_and_data_is_there(inside, url):
    page = inside.get(url).text
    assert "/u/" in page
    assert "/privacy/" in page


def test_the_number_of_queries_does_not_grow(
    shop, inside, url, jana, django_assert_max_num_queries
):
    with store_scope(shop.pk):
        for number in range(9):
            CustomerAddress.objects.create(
                store=shop,
                customer=jana.customer,
                fingerprint=str(number),
                lines=HOME,
                last_used_at=NOON,
            )
    with django_assert_max_num_queries(6):
        inside.get(url)


def test_what_was_bought_is_bought_again(shop, jana, inside):
    page = f"/portal/{shop.slug}/orders/{jana.order.public_id}/"
    with store_scope(shop.pk):
        soap = Product.objects.create(
            store=shop,
            source="generic",
            external_id="9",
            title="Soap",
            url="https://l.example/soap",
        )
        jana.line.product = soap
        jana.line.save()
    shown = inside.get(page).text
    assert "Order it again" in shown
    assert "https://l.example/soap" in shown
