"""Demands to see or erase data, as those who care for customers watch them and hurry them along."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.audit.models import AuditEntry
from core.stores.models import Membership
from core.stores.scope import store_scope
from orders.models import Customer, PrivacyRequest
from orders.operations.build_export import build_export
from tests.factories.orders import PLACED, CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def demand(store):
    """Makes a demand of that kind about Jana, as Shopify passes it on."""

    def made(kind: str) -> PrivacyRequest:
        with store_scope(store.pk):
            jana = CustomerFactory(store=store, email="jana@mail.example")
            return PrivacyRequest.objects.create(
                store=store,
                kind=kind,
                source="shopify",
                key=f"one:{kind}",
                customer=jana,
                received_at=PLACED,
                due_at=PLACED + timedelta(days=30),
            )

    return made


def press(client, demand, deed: str):
    button = reverse(f"admin:orders_privacyrequest_{deed}", args=[demand.pk])
    return client.post(button, {**client.form, "confirmed": "1"}, follow=True)


def test_the_list_says_by_when(owner, demand):
    demand("erase_customer")
    shown = owner.get(reverse("admin:orders_privacyrequest_changelist"))
    page = shown.content.decode()
    assert "Must be done by" in page
    assert "Waiting" in page
    assert "1 Apr" in page


def test_an_erasure_can_be_hurried(owner, store, demand):
    asked = demand("erase_customer")
    assert "Done." in press(owner, asked, "at_once").content.decode()
    with store_scope(store.pk):
        assert Customer.objects.get().email is None
        assert AuditEntry.objects.filter(action="privacyrequest.at_once").exists()
    assert "Do it now" not in press(owner, asked, "at_once").content.decode()


def test_who_fetches_a_copy_is_written_down(owner, store, demand):
    asked = demand("export_customer")
    with store_scope(store.pk):
        build_export(demand=asked, customer=asked.customer, now=PLACED)
    answer = press(owner, asked, "download")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content[:2] == b"PK"
    with store_scope(store.pk):
        entry = AuditEntry.objects.get(action="privacyrequest.download")
    assert entry.subject == f"privacyrequest:{asked.pk}"


@pytest.mark.parametrize("role", [Membership.Role.MARKETER, Membership.Role.VIEWER])
def test_who_does_not_care_for_customers_sees_none_of_it(log_in, store, demand, role):
    asked = demand("export_customer")
    someone = log_in(store=store, role=role)
    assert press(someone, asked, "download").status_code == 403
    page = reverse("admin:orders_privacyrequest_changelist")
    assert someone.get(page).status_code == 403
