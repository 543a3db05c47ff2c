"""Many rows at once: each gets its own values, of every kind, in one statement."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from core.stores.owned import WrongStore
from core.stores.scope import store_scope
from orders.imports.tables import update_rows
from orders.models import Customer, CustomerAddress

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NAMES = ["Jana", "O'Hara \\ \t “%s” {}", "Ž\nž"]


@pytest.fixture
def people(in_store) -> list[Customer]:
    for place in range(3):
        Customer.objects.create(store=in_store, email=f"{place}@mail.example", created_at=START)
    return list(Customer.objects.order_by("pk"))


def test_every_row_gets_its_own_values_in_one_statement(people: list[Customer]) -> None:
    for place, person in enumerate(people):
        person.first_name = NAMES[place]
        person.birthday_month = person.birthday_day = [2, None, 12][place]
        person.account_created_on = date(2020, 1, 1 + place)
        person.source_updated_at = START + timedelta(hours=place) if place else None
        person.birthday_verified = place == 1
        person.last_name = "not written"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        update_rows(
            people,
            {
                "first_name",
                "birthday_month",
                "birthday_day",
                "account_created_on",
                "source_updated_at",
                "birthday_verified",
            },
        )
    assert len(asked) == 1
    for person in people:
        person.last_name = ""
    found = Customer.objects.order_by("pk")
    assert [vars(one) | {"_state": None} for one in found] == [
        vars(one) | {"_state": None} for one in people
    ]


def test_json_and_pointers_are_written_as_they_are(people: list[Customer]) -> None:
    first, second, _ = people
    address = CustomerAddress.objects.create(
        store_id=first.store_id, customer=first, fingerprint="f", lines={}, last_used_at=START
    )
    address.lines, address.customer_id = {"street": "Lipová 'A' \\ 1", "none": None}, second.pk
    update_rows([address], ["lines", "customer_id"])
    found = CustomerAddress.objects.get()
    assert (found.lines, found.customer_id) == (address.lines, second.pk)


def test_a_row_of_another_store_is_refused(people: list[Customer], other_store) -> None:
    with store_scope(other_store.pk), pytest.raises(WrongStore):
        update_rows(people, ["first_name"])


@pytest.mark.postgres
def test_a_text_that_is_too_long_is_refused_and_not_cut(people: list[Customer]) -> None:
    people[0].country = "CZE"
    with pytest.raises(DataError):
        update_rows(people, ["country"])
