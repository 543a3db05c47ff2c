"""Lists of millions: few queries, nothing read through, and the page says where it looked."""

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.dashboard import base, finding
from orders.models import Order
from tests.factories.everything import one_of_everything
from tests.factories.orders import CustomerFactory, OrderFactory

MOST_QUERIES = 15
LISTS = [
    pytest.param(f"{model._meta.app_label}_{model._meta.model_name}", page, id=model.__name__)
    for model, page in admin.site._registry.items()
]


@pytest.fixture
def five_orders(store):
    """The oldest canceled, the others open."""
    with store_scope(store.pk):
        orders = [OrderFactory(store=store, number=f"A{number}") for number in range(5)]
        Order.objects.filter(pk=orders[0].pk).update(
            status=Order.Status.CANCELED, placed_at=orders[0].placed_at.replace(year=2020)
        )
    return orders


@pytest.mark.parametrize(("name", "page"), LISTS)
def test_every_list_takes_few_queries_however_it_is_asked(
    name, page, store, log_in, superuser
) -> None:
    one_of_everything(store)
    client = log_in(user=superuser)
    client.get(reverse("admin:index"))
    address = reverse(f"admin:{name}_changelist")
    for query in ("", "?q=a", "?q=lip&p=1", "?o=-1"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address + query).status_code in {200, 302}
        assert len(asked) <= MOST_QUERIES, query


@pytest.mark.parametrize(("name", "page"), LISTS)
def test_no_filter_reads_a_table_through_for_its_choices(name, page, rf) -> None:
    for entry in page.get_list_filter(rf.get("/")):
        kind = entry[1] if isinstance(entry, tuple) else None
        field = page.model._meta.get_field(entry) if isinstance(entry, str) else None
        if isinstance(page, base.StoreAdmin) and field is not None:
            assert field.choices or field.get_internal_type() == "BooleanField", entry
        assert kind is not AllValuesFieldListFilter


def test_what_no_index_carries_is_filtered_among_the_newest(owner, five_orders, monkeypatch):
    address = reverse("admin:orders_order_changelist")
    assert "A0" in owner.get(address, {"status__exact": "canceled"}).content.decode()
    monkeypatch.setattr(finding, "NEWEST", 3)
    shown = owner.get(address, {"status__exact": "canceled"}).content.decode()
    assert ">A0<" not in shown
    assert "among the newest 3" in shown
    assert "among the newest" not in owner.get(address).content.decode()


def test_what_an_index_carries_is_found_however_old(owner, store, five_orders, monkeypatch):
    monkeypatch.setattr(finding, "NEWEST", 1)
    shown = owner.get(reverse("admin:orders_order_changelist"), {"q": "A0"}).content.decode()
    assert "A0" in shown
    assert "among the newest" not in shown


def test_an_order_is_found_by_its_customers_address(owner, store):
    with store_scope(store.pk):
        buyer = CustomerFactory(store=store, email="zdena@mail.example")
        OrderFactory(store=store, customer=buyer, number="Z77")
        OrderFactory(store=store, number="Y88")
    shown = owner.get(reverse("admin:orders_order_changelist"), {"q": "Zdena"}).content.decode()
    assert "Z77" in shown
    assert "Y88" not in shown


def test_filters_offer_what_was_seen_lately(owner, store, monkeypatch):
    with store_scope(store.pk):
        old = OrderFactory(store=store, source="abandoned")
        OrderFactory(store=store, source="shopify")
        Order.objects.filter(pk=old.pk).update(placed_at=old.placed_at.replace(year=2020))
    address = reverse("admin:orders_order_changelist")
    assert "source=abandoned" in owner.get(address).content.decode()
    monkeypatch.setattr(finding, "LATELY", 1)
    assert "source=abandoned" not in owner.get(address).content.decode()


def test_people_who_never_ordered_are_filtered_as_well(owner, store):
    with store_scope(store.pk):
        CustomerFactory(store=store, email="new@mail.example", country="FI", last_order_at=None)
        CustomerFactory(store=store, email="czech@mail.example", country="CZ")
    address = reverse("admin:orders_customer_changelist")
    shown = owner.get(address, {"country": "FI"}).content.decode()
    assert "new@mail.example" in shown
    assert "czech@mail.example" not in shown
