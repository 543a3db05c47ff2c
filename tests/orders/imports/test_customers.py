"""Customers out of files: birthday, account day, consent in the words they were asked, repeats."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError

from core.events.models import EventRow
from core.events.spine import drain
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.preferences.models import Consent
from orders.models import Customer, Order

pytestmark = pytest.mark.django_db

SHOPIFY = """Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Country Code,Phone
'7001,Jana,Nová,Jana@Mail.Example,yes,CZ,'+420600000000
'7002,Eva,Malá,eva@mail.example,no,SK,
,Ota,Bez,,no,CZ,
"""
WOO = """customer_id,user_email,first_name,last_name,user_registered,billing_country
12,jana@mail.example,Jana,Nová,2021-05-04 08:00:00,CZ
"""
PROFILE = """kind = "customers"
source = "till"
date_format = "%d.%m.%Y"
birthday_format = "%d.%m."
consent_wording = "Send me your offers"
consent_no = "{no}"
[columns]
customer = "Card"
email = "Mail"
name = "Name"
birthday = "Born"
account_created_on = "Since"
consent = "News"
updated_at = "Changed"
"""
CARDS = "Card,Mail,Name,Born,Since,News,Changed\n"
CARD = "5,jana@mail.example,Jana Nová,29.02.,04.05.2021,{news},{changed}\n"


def statements(store: Store) -> list[tuple[str, str, str]]:
    drain()
    with store_scope(store.pk):
        rows = Consent.objects.order_by("customer__email")
        return list(rows.values_list("customer__email", "basis", "wording"))


@pytest.fixture
def cards(run, write):
    """Import one card, with these words in its columns."""

    def call(name: str = "cards.csv", *, no: str = "silence", **words: str):
        profile = write("till.toml", PROFILE.format(no=no))
        path = write(name, CARDS + CARD.format(**{"news": "ano", "changed": "", **words}))
        return run("import_customers", path, "csv", profile=str(profile))

    return call


def test_shopifys_customers_come_with_what_they_said(
    store: Store, run, write, tmp_path: Path
) -> None:
    told = run("import_customers", write("customers.csv", SHOPIFY), "shopify")
    assert (told["counts"], told["rejected"]) == ({"customers taken in": 2}, 1)
    rejects = (tmp_path / "rejects.csv").read_text()
    assert "neither a customer id nor an e-mail" in rejects
    assert "Ota,Bez" in rejects
    with store_scope(store.pk):
        jana = Customer.objects.get(email="jana@mail.example")
        assert (jana.first_name, jana.country, jana.phone) == ("Jana", "CZ", "+420600000000")
        assert jana.source_ids.get().external_id == "7001"
    wording = "Accepts Email Marketing (Shopify customers export)"
    assert statements(store) == [("jana@mail.example", "explicit", wording)]


def test_woocommerces_customers_come_with_their_account_day(store: Store, run, write) -> None:
    run("import_customers", write("customers.csv", WOO), "woocommerce")
    with store_scope(store.pk):
        assert Customer.objects.get().account_created_on == date(2021, 5, 4)


def test_a_profile_tells_birthday_account_day_and_consent(store: Store, cards) -> None:
    cards()
    with store_scope(store.pk):
        jana = Customer.objects.get()
        assert (jana.birthday_month, jana.birthday_day, jana.birthday_year) == (2, 29, None)
        assert (jana.first_name, jana.last_name) == ("Jana", "Nová")
        assert jana.account_created_on == date(2021, 5, 4)
    assert statements(store) == [("jana@mail.example", "explicit", "Send me your offers")]


@pytest.mark.parametrize(
    ("news", "no", "bases"),
    [
        ("no", "silence", []),
        ("ne", "silence", []),
        ("", "refusal", []),
        ("no", "refusal", ["none"]),
        ("Unsubscribed", "silence", ["none"]),
        ("opted-out", "silence", ["none"]),
        ("not_subscribed", "refusal", []),
        ("pending", "silence", []),
        ("subscribed", "silence", ["explicit"]),
    ],
)
def test_an_unticked_box_is_no_objection_and_leaving_is_one(
    store: Store, cards, news: str, no: str, bases: list[str]
) -> None:
    cards(news=news, no=no)
    assert [basis for _, basis, _ in statements(store)] == bases


def test_a_word_that_is_neither_yes_nor_no_is_told(store: Store, cards, tmp_path: Path) -> None:
    assert cards(news="perhaps")["rejected"] == 1
    assert "“perhaps” is neither yes nor no" in (tmp_path / "rejects.csv").read_text()


def test_older_data_does_not_overwrite_newer(store: Store, cards) -> None:
    cards("new.csv", changed="01.02.2026")
    with store_scope(store.pk):
        Customer.objects.update(first_name="Johana")
    cards("old.csv", changed="01.02.2025")
    cards("undated.csv", news="yes")
    with store_scope(store.pk):
        assert Customer.objects.get().first_name == "Johana"
    cards("newer.csv", changed="01.03.2026")
    with store_scope(store.pk):
        assert Customer.objects.get().first_name == "Jana"
        assert Customer.objects.count() == 1


def test_one_person_with_two_ids_becomes_one_and_flows_and_consent_follow(
    store: Store, run, write
) -> None:
    """A card known without e-mail, a guest with one: the card's new e-mail says they are one."""
    item = '{"type": "%s", "data": {%s}}\n'
    lines = item % ("customer", '"id": "5", "first_name": "Jana"') + item % (
        "consent",
        '"basis": "explicit", "stated_at": "2026-01-01T08:00:00Z", "email": "j@mail.example"',
    )
    order = '"id": "1", "placed_at": "2026-01-05T10:00:00Z", "total": "9.00", "email": "{}"'
    lines += item % ("order", order.format("j@mail.example"))
    lines += item % ("customer", '"id": "5", "email": "j@mail.example"')
    run("import_customers", write("people.jsonl", lines), "jsonl")
    with store_scope(store.pk):
        merged = EventRow.objects.get(name="customer.merged")
        assert merged.origin == "import"
        assert sorted(merged.reactions.values_list("reaction", flat=True)) == [
            "engagement.flows.reactions.follow_merge",
            "engagement.preferences.reactions.follow_merge",
        ]
    drain()
    with store_scope(store.pk):
        kept = Customer.objects.get(merged_into__isnull=True)
        assert kept.email == "j@mail.example"
        assert Order.objects.get().customer == kept
        assert kept.pk in Consent.objects.values_list("customer_id", flat=True)


def test_a_file_of_another_kind_is_refused_in_words(run, write) -> None:
    with pytest.raises(CommandError, match="neither a customer id nor an e-mail column"):
        run("import_customers", write("odd.csv", "Name\nJana\n"), "shopify")
