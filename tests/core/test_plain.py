"""Statements built once read and save what Django's own would."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.db.models.signals import post_save
from django_scopes.exceptions import ScopeError

from core.clock import real_now
from core.stores.models import Store
from core.stores.owned import WrongStore
from core.stores.plain import change, fetch, read
from core.stores.scope import every_store, store_scope
from orders.models import Customer, Order, OrderLine


def an_order(store: Store, *, external_id: str = "1") -> Order:
    with store_scope(store.pk):
        customer = Customer.objects.create(
            store=store, email=f"{external_id}@example.org", created_at=real_now()
        )
        order = Order.objects.create(
            store=store,
            customer=customer,
            source="shopify",
            external_id=external_id,
            number="#1001",
            currency="CZK",
            placed_at=real_now(),
            created_at=real_now(),
            discounts=[{"code": "A % B", "amount_minor": 5}],
            tags=["one", "two"],
        )
        OrderLine.objects.create(
            store=store,
            order=order,
            external_id="l",
            title="T",
            quantity=Decimal("1.500"),
            unit_price_minor=100,
            total_minor=150,
        )
    return order


@pytest.mark.parametrize("model", [Order, OrderLine, Customer])
def test_a_row_is_read_as_django_reads_it(store, in_store, model) -> None:
    an_order(store)
    [ours] = read(model, "id > %s", 0)
    [theirs] = model.objects.all()
    names = [field.attname for field in model._meta.concrete_fields]
    assert [getattr(ours, name) for name in names] == [getattr(theirs, name) for name in names]
    assert [type(getattr(ours, name)) for name in names] == [
        type(getattr(theirs, name)) for name in names
    ]
    assert not ours._state.adding
    assert not ours.get_deferred_fields()


def test_a_list_means_any_of_it_in_the_order_asked_for(store, in_store) -> None:
    rows = [an_order(store, external_id=name) for name in ("a", "b", "c")]
    where = "source = %s AND external_id = ANY(%s)"
    found = read(Order, where, "shopify", ["c", "a", "none"], order="id DESC")
    assert found == [rows[2], rows[0]]
    assert read(Order, where, "shopify", []) == []
    assert read(Order, "id = ANY(%s)", [row.pk for row in rows], order="id", lock=True) == rows


def test_nobody_reads_another_stores_rows_or_reads_without_a_store(store, other_store) -> None:
    theirs = an_order(other_store)
    with store_scope(store.pk):
        assert read(Order, "id = %s", theirs.pk) == []
    with store_scope(other_store.pk):
        assert read(Order, "id = %s", theirs.pk) == [theirs]
    with pytest.raises(ScopeError):
        read(Order, "id = %s", theirs.pk)
    with every_store(), pytest.raises(ScopeError):
        read(Order, "id = %s", theirs.pk)


def test_a_row_that_was_read_is_saved_whole_or_in_part(
    store, in_store, django_assert_num_queries
) -> None:
    [order] = read(Order, "id = %s", an_order(store).pk)
    moment = real_now()
    order.number, order.tags, order.delivered_at = "it's 100 %", ["three"], moment
    with django_assert_num_queries(1):
        order.save()
    stored = Order.objects.get()
    assert (stored.number, stored.tags, stored.delivered_at) == ("it's 100 %", ["three"], moment)
    order.number, order.note = "part", "left out"
    order.save(update_fields=["number"])
    stored.refresh_from_db()
    assert (stored.number, stored.note) == ("part", "")


def test_what_only_django_can_save_it_saves(store, in_store) -> None:
    order = an_order(store)
    order.total_minor = F("total_minor") + 7
    order.save()
    assert Order.objects.get().total_minor == 7
    heard = []

    def hear(sender, instance, **rest) -> None:
        heard.append(instance)

    order = Order.objects.get()
    post_save.connect(hear, sender=Order)
    try:
        order.save()
    finally:
        post_save.disconnect(hear, sender=Order)
    assert heard == [order]
    part = Order.objects.only("number").get()
    part.number = "deferred"
    part.save()
    assert Order.objects.get().number == "deferred"
    Customer.objects.filter(pk=order.customer_id).update(email="new@example.org")
    fresh = Customer(store=store, email="fresh@example.org", created_at=real_now())
    fresh.save()
    assert Customer.objects.count() == 2


def test_a_row_of_another_store_is_still_not_saved(store, other_store) -> None:
    theirs = an_order(other_store)
    with store_scope(store.pk), pytest.raises(WrongStore):
        theirs.save()


def test_moments_are_compared_and_counted(store, in_store) -> None:
    order = an_order(store)
    after = order.placed_at - timedelta(microseconds=1)
    text = "SELECT id FROM orders_order WHERE placed_at > %s"
    assert fetch(text, after) == [(order.pk,)]
    assert fetch(text, order.placed_at) == []
    raised = "UPDATE orders_order SET note = %s WHERE placed_at > %s"
    assert (change(raised, "x", after), change(raised, "y", order.placed_at)) == (1, 0)
    assert Order.objects.get().note == "x"
