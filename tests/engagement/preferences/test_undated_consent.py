"""Shops and files that cannot say when somebody agreed repeat an old yes; it brings nobody back."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from core import clock
from core.events import spine
from core.events.models import PendingReaction
from core.stores.scope import every_store, store_scope
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.queries import marketing_bases, suppressed
from orders.events import CustomerConsentStated
from orders.models import Customer
from orders.operations.connect_source import connect_source
from orders.operations.process_notices import drain_notices
from tests.factories.senders import Sender

EMAIL = "jana@mail.example"


def body(number: int, **said) -> dict:
    return {
        "id": 7,
        "email": EMAIL,
        "state": "enabled",
        "verified_email": True,
        "first_name": f"Jana {number}",
        "updated_at": (clock.real_now() + timedelta(seconds=number - 100)).isoformat(),
        **said,
    }


@pytest.fixture
def shopify(client, store) -> Sender:
    with store_scope(store.pk):
        return Sender(client, connect_source(store=store, source="shopify", now=clock.now(store)))


def work() -> None:
    drain_notices()
    spine.drain()


def reach(store) -> tuple[str, bool]:
    with store_scope(store.pk):
        customer = Customer.objects.get(email=EMAIL)
        basis = marketing_bases(customer_ids=[customer.pk], store=store, now=clock.now(store))
        return basis[customer.pk], bool(suppressed(emails=[EMAIL]))


def leave(store) -> None:
    with store_scope(store.pk):
        customer = Customer.objects.get(email=EMAIL)
        unsubscribe(customer_id=customer.pk, source="one_click:x", now=clock.now(store))
    spine.drain()


OLD_FORM = {"accepts_marketing": True}
UNDATED = {"email_marketing_consent": {"state": "subscribed", "consent_updated_at": None}}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("said", [OLD_FORM, UNDATED])
def test_an_edited_address_does_not_bring_back_who_left(store, shopify, said):
    shopify.shopify("customers/create", body(1, **said))
    work()
    assert reach(store) == ("explicit", False)
    leave(store)
    shopify.shopify("customers/update", body(60, **said))
    work()
    assert reach(store) == ("none", True)


@pytest.mark.django_db(transaction=True)
def test_a_dated_yes_after_the_no_still_does(store, shopify):
    shopify.shopify("customers/create", body(1, **UNDATED))
    work()
    leave(store)
    at = clock.real_now().isoformat()
    dated = {"email_marketing_consent": {"state": "subscribed", "consent_updated_at": at}}
    shopify.shopify("customers/update", body(60, **dated))
    work()
    assert reach(store) == ("explicit", False)


@pytest.mark.django_db(transaction=True)
def test_an_old_file_of_customers_does_not_bring_back_who_left(store, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text(f"Customer ID,Email,Accepts Email Marketing\n7,{EMAIL},yes\n")
    load(store, path)
    assert reach(store) == ("explicit", False)
    leave(store)
    path.write_text(f"Customer ID,Email,Accepts Email Marketing,Note\n7,{EMAIL},yes,again\n")
    load(store, path)
    assert reach(store) == ("none", True)


def load(store, path) -> None:
    call_command("import_customers", str(path), store=store.slug, format="shopify", json=True)
    work()


@pytest.mark.django_db(transaction=True)
def test_a_statement_of_somebody_who_is_gone_is_done_with_at_once(store, now):
    with store_scope(store.pk), transaction.atomic():
        spine.record(
            news=CustomerConsentStated(987654, "explicit", "till", "", now.isoformat()),
            store_id=store.pk,
            subject="customer:987654",
            key="987654",
            occurred_at=now,
            origin="live",
            now=now,
        )
    spine.drain()
    with every_store():
        assert set(PendingReaction.objects.values_list("status", flat=True)) == {"done"}
