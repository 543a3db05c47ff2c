"""INSERT … DO NOTHING RETURNING says which rows were new, and lets rivals be."""

import pytest

from core.stores.owned import WrongStore
from orders.models import Customer, Product


def product(store, name: str) -> Product:
    return Product(store_id=store.pk, source="shopify", external_id=name, title=name)


def test_only_new_rows_come_back_and_old_ones_stay_as_they_are(in_store):
    first = product(in_store, "a")
    assert Product.objects.insert_new([first]) == [first]
    again = product(in_store, "a")
    again.title = "another"
    others = [product(in_store, "b"), again, product(in_store, "c")]
    assert Product.objects.insert_new(others, key=("external_id",)) == [others[0], others[2]]
    assert again.pk is None
    assert Product.objects.in_bulk(field_name="pk").keys() == {
        first.pk,
        others[0].pk,
        others[2].pk,
    }
    assert Product.objects.get(external_id="a").title == "a"


def test_one_row_twice_in_a_call_is_new_once(in_store):
    twins = [product(in_store, "a"), product(in_store, "a")]
    assert len(Product.objects.insert_new(twins, key=("external_id",))) == 1
    assert Product.objects.count() == 1


def test_more_rows_than_one_statement_takes(in_store, django_assert_num_queries):
    rows = [product(in_store, f"p{n}") for n in range(1001)]
    with django_assert_num_queries(3):
        assert len(Product.objects.insert_new(rows, key=("external_id",))) == 1001


def test_a_saved_row_is_saved_again_as_an_update(in_store):
    row = product(in_store, "a")
    Product.objects.insert_new([row])
    row.title = "renamed"
    row.save()
    assert Product.objects.get().title == "renamed"


def test_a_condition_on_the_unique_key_counts(in_store, now):
    kept = Customer(store=in_store, email="a@b.example", created_at=now)
    assert Customer.objects.insert_new([kept])
    assert not Customer.objects.insert_new(
        [Customer(store=in_store, email="a@b.example", created_at=now)]
    )
    nameless = Customer(store=in_store, email=None, created_at=now)
    assert Customer.objects.insert_new([nameless])


def test_several_rows_without_a_key_are_refused(in_store):
    with pytest.raises(ValueError):
        Product.objects.insert_new([product(in_store, "a"), product(in_store, "b")])


def test_a_row_of_another_store_is_refused(in_store, other_store):
    with pytest.raises(WrongStore):
        Product.objects.insert_new([product(other_store, "a")])
