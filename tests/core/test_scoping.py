"""One store never sees, and never writes, another's rows."""

import pytest
from django_scopes.exceptions import ScopeError

from core.stores.owned import WrongStore
from core.stores.scope import every_store, store_scope
from orders.models import Customer
from tests.factories.orders import CustomerFactory, OrderFactory


def test_reading_without_a_store_is_refused(store):
    with pytest.raises(ScopeError):
        Customer.objects.count()


def test_each_store_sees_its_own_rows_only(store, other_store):
    with store_scope(store.pk):
        mine = CustomerFactory(store=store)
    with store_scope(other_store.pk):
        theirs = CustomerFactory(store=other_store)
        assert list(Customer.objects.all()) == [theirs]
        with pytest.raises(Customer.DoesNotExist):
            Customer.objects.get(pk=mine.pk)


def test_a_row_of_another_store_cannot_be_saved(store, other_store, now):
    with store_scope(store.pk), pytest.raises(WrongStore):
        Customer.objects.create(store=other_store, email="a@b.example", created_at=now)


def test_a_row_cannot_be_bulk_created_for_another_store(store, other_store, now):
    with store_scope(store.pk), pytest.raises(WrongStore):
        Customer.objects.bulk_create([Customer(store=other_store, created_at=now)])


def test_a_row_cannot_point_into_another_store(store, other_store):
    with every_store():
        stranger = CustomerFactory(store=other_store)
        with pytest.raises(WrongStore):
            OrderFactory(store=store, customer=stranger)


def test_a_row_never_changes_its_store(store, other_store):
    with store_scope(store.pk):
        CustomerFactory(store=store)
        with pytest.raises(WrongStore):
            Customer.objects.update(store=other_store)
