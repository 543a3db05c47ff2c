"""The same person by source id, then by normalised e-mail, within the store."""

from datetime import date
from itertools import permutations

import pytest

from core.events.models import EventRow
from core.stores.scope import store_scope
from orders.email_address import normalize_email
from orders.ingest.snapshots import (
    ConsentStatement,
    CustomersMerged,
    CustomerUpdate,
    PrivacyDemand,
)
from orders.models import Customer, CustomerSourceId, Order, PrivacyRequest
from orders.operations.apply_news import apply_news
from tests.factories.news import HOUR, PLACED, person, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Jana@Mail.Example ", "jana@mail.example"),
        ("jana+shop@mail.example", "jana+shop@mail.example"),
        ("jana@žluť.example", "jana@xn--lu-fna9u.example"),
        ("jana@mail.example.", "jana@mail.example"),
        ("", None),
        (None, None),
        ("nobody", None),
        ("@mail.example", None),
        ("two words@mail.example", None),
        ("a@" + "b" * 70 + ".example", None),
    ],
)
def test_an_address_is_written_in_one_way(written, kept):
    if kept and "xn--" in kept:
        kept = "jana@" + "žluť.example".encode("idna").decode()
    assert normalize_email(written) == kept


GUEST = {"external_id": ""}


@pytest.mark.parametrize(
    ("first", "second", "people"),
    [
        ({}, {}, 1),
        ({}, {"email": "new@mail.example"}, 1),  # same id, new address
        (GUEST, {"email": " JANA@mail.example", **GUEST}, 1),
        (GUEST, {}, 1),  # a guest who later has an account
        ({}, GUEST, 1),
        ({}, {"external_id": "c-2"}, 1),  # one address is one person
        ({}, {"external_id": "c-2", "email": "petr@mail.example"}, 2),
        (GUEST, {"email": "petr@mail.example", **GUEST}, 2),
        ({"email": ""}, {"email": ""}, 1),  # ids only, as some files have it
        ({"email": ""}, {}, 1),  # the address comes later
        ({"email": ""}, {"external_id": "c-2", "email": ""}, 2),
        (GUEST, {"email": "jana+x@mail.example", **GUEST}, 2),
    ],
)
def test_who_is_who(hear, first, second, people):
    hear(told(customer=person(**first)))
    hear(
        told(
            external_id="o-2",
            number="1002",
            updated_at=PLACED + HOUR,
            customer=person(**second),
        )
    )
    assert Customer.objects.filter(merged_into__isnull=True).count() == people
    assert Order.objects.filter(customer__isnull=True).count() == 0
    counted = Customer.objects.values_list("order_count", flat=True)
    assert sorted(counted) == ([2] if people == 1 else [1, 1])


def test_a_sale_that_names_nobody_has_no_customer(hear):
    hear(told(customer=None, email=""))
    assert Order.objects.get().customer is None
    assert not Customer.objects.exists()


def test_the_same_address_in_another_store_is_another_person(hear, other_store, now):
    hear(told())
    with store_scope(other_store.pk):
        apply_news(news=told(), store=other_store, origin="live", now=now)
        assert Customer.objects.count() == 1
    assert Customer.objects.count() == 1


def test_an_account_that_takes_a_guests_address_takes_the_guests_orders(hear):
    hear(told(external_id="o-1", customer=person(external_id="", email="new@mail.example")))
    hear(told(external_id="o-2", customer=person()))
    hear(CustomerUpdate("generic", person(email="new@mail.example", updated_at=PLACED + 2 * HOUR)))
    kept = Customer.objects.get(merged_into__isnull=True)
    assert (kept.email, kept.order_count) == ("new@mail.example", 2)
    event = EventRow.objects.get(name="customer.merged")
    assert event.payload["customer_id"] == kept.pk


def test_newer_news_overwrites_but_never_blanks_and_older_only_fills(hear):
    hear(CustomerUpdate("generic", person(updated_at=PLACED + 2 * HOUR, phone="")))
    hear(CustomerUpdate("generic", person(updated_at=PLACED, first_name="Old", phone="123")))
    customer = Customer.objects.get()
    assert (customer.first_name, customer.phone) == ("Jana", "123")
    hear(CustomerUpdate("generic", person(updated_at=PLACED + 3 * HOUR, first_name="", phone="9")))
    customer.refresh_from_db()
    assert (customer.first_name, customer.phone) == ("Jana", "9")


def test_a_birthday_is_entered_at_the_moment_it_is_first_known(hear, now):
    hear(CustomerUpdate("generic", person(updated_at=PLACED)))
    hear(CustomerUpdate("generic", person(updated_at=PLACED + HOUR, birthday=(2, 29, None))))
    later = now + 24 * HOUR
    hear(CustomerUpdate("generic", person(updated_at=later, birthday=(2, 28, 1990))), at=later)
    customer = Customer.objects.get()
    assert (customer.birthday_month, customer.birthday_day, customer.birthday_year) == (2, 28, 1990)
    assert customer.birthday_entered_at == now


def test_a_verified_birthday_is_not_overwritten_by_a_claimed_one(hear):
    hear(
        CustomerUpdate(
            "generic", person(updated_at=PLACED, birthday=(3, 1, None), birthday_verified=True)
        )
    )
    hear(CustomerUpdate("generic", person(updated_at=PLACED + HOUR, birthday=(4, 1, None))))
    assert Customer.objects.get().birthday_month == 3


def test_deleting_the_account_ends_the_anniversary_and_keeps_the_orders(hear):
    hear(told(customer=person(account_created_on=date(2024, 1, 1))))
    hear(CustomerUpdate("generic", person(), deleted=True))
    customer = Customer.objects.get()
    assert (customer.account_created_on, customer.order_count) == (None, 1)


def test_the_shop_merges_two_customers(hear):
    hear(told(customer=person(phone="")))
    hear(
        told(
            external_id="o-2",
            customer=person(external_id="c-2", email="petr@mail.example", phone="123"),
        )
    )
    news = CustomersMerged("generic", kept_external_id="c-1", gone_external_id="c-2")
    assert hear(news).status == "applied"
    assert hear(news).status == "ignored"
    kept = Customer.objects.get(merged_into__isnull=True)
    gone = Customer.objects.get(merged_into=kept)
    assert (kept.email, kept.phone, kept.order_count) == ("jana@mail.example", "123", 2)
    assert (gone.order_count, gone.orders.count()) == (0, 0)
    assert kept.source_ids.count() == 2
    assert kept.addresses.count() == 1
    hear(told(external_id="o-3", customer=person(external_id="c-2", email="petr@mail.example")))
    kept.refresh_from_db()
    assert kept.order_count == 3


def test_a_merge_heard_of_before_the_second_customer_ties_the_id(hear):
    hear(told())
    hear(CustomersMerged("generic", kept_external_id="c-9", gone_external_id="c-1"))
    hear(told(external_id="o-2", customer=person(external_id="c-9", email="")))
    assert Customer.objects.get().order_count == 2
    assert CustomerSourceId.objects.count() == 2


def test_a_no_from_a_person_never_met_is_not_lost(hear):
    hear(ConsentStatement("petr@mail.example", "none", PLACED, "generic"))
    event = EventRow.objects.get(name="customer.consent_stated")
    assert event.payload["customer_id"] == Customer.objects.get(email="petr@mail.example").pk


def test_a_statement_made_elsewhere_finds_the_customer_by_id(hear):
    hear(told())
    hear(ConsentStatement("", "none", PLACED, "till in Brno", customer_external_id="c-1"))
    event = EventRow.objects.get(name="customer.consent_stated")
    assert event.payload["customer_id"] == Customer.objects.get().pk
    assert event.payload["source"] == "till in Brno"


def test_a_privacy_demand_is_kept_once_with_its_deadline_and_no_address(hear, now):
    hear(told())
    demand = PrivacyDemand(
        "shopify", "erase_customer", "k-1", email="JANA@mail.example", detail={"orders": [1]}
    )
    assert hear(demand).status == "applied"
    assert hear(demand).status == "ignored"
    kept = PrivacyRequest.objects.get()
    assert kept.customer == Customer.objects.get()
    assert (kept.due_at - now).days == 30
    assert "jana" not in f"{kept.subject_hash}{kept.detail}".lower()


def test_an_id_told_of_a_guest_is_kept_for_news_without_an_address(hear):
    """A guest first; then an account with the same address; then that account's id alone."""
    hear(told(customer=person(external_id="")))
    hear(told(external_id="o-2", customer=person(external_id="c-9")))
    hear(told(external_id="o-3", customer=person(external_id="c-9", email="")))
    assert CustomerSourceId.objects.get().external_id == "c-9"
    assert Customer.objects.get().order_count == 3


def account(number: int, email: str, hour: int) -> CustomerUpdate:
    at = PLACED + hour * HOUR
    who = person(external_id=f"s-{number}", email=f"{email}@mail.example", updated_at=at)
    return CustomerUpdate("shopify", who)


@pytest.mark.parametrize("order", [*permutations(range(3)), (0, 1, 2, 0, 1, 2), (2, 1, 0, 2, 0)])
@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ([(1, "c", 1), (2, "a", 2), (2, "a", 2)], {"s-1": "c", "s-2": "a"}),  # one follows another
        ([(1, "c", 1), (2, "a", 2), (1, "b", 3)], {"s-1": "b", "s-2": "a"}),  # they swap
    ],
)
def test_an_address_that_changes_hands_follows_the_newest_word(hear, order, changes, ends):
    hear(account(1, "a", 0))
    hear(account(2, "b", 0))
    for at in order:
        hear(account(*changes[at]))
    found = CustomerSourceId.objects.values_list("external_id", "customer__email")
    assert dict(found) == {key: f"{name}@mail.example" for key, name in ends.items()}


@pytest.mark.parametrize("known", [{"country": ""}, {"country": "CZ"}])
@pytest.mark.parametrize("hours", [1, 2, 3])
def test_a_place_told_again_changes_nothing(hear, known, hours):
    """Whoever's country wins brings their region, whether the news is older, as old or newer."""
    hear(CustomerUpdate("generic", person(updated_at=PLACED + 2 * HOUR, **known)))
    news = CustomerUpdate(
        "generic", person(updated_at=PLACED + hours * HOUR, country="US", region="CA")
    )
    hear(news)
    place = ("country", "region", "time_zone", "time_zone_source")
    once = Customer.objects.values_list(*place).get()
    hear(news)
    assert Customer.objects.values_list(*place).get() == once
    has_moved = not known["country"] or hours > 1  # of two told at one moment, the greater
    assert once[:2] == (("US", "CA") if has_moved else ("CZ", ""))
