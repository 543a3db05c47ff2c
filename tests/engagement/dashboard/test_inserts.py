"""Inserts for boxes: one at once, many as a batch in parts, without prices and in each buyer's language."""

import re

import pytest
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.chores import print_inserts
from engagement.guides.insert_paper import Insert, Place, inserts_pdf
from engagement.guides.inserts import inserts_of
from engagement.guides.models import Guide, InsertBatch
from engagement.guides.operations import print_inserts as operation
from orders.models import Order
from tests.conftest import NOON
from tests.factories.orders import CustomerFactory, OrderFactory, OrderLineFactory, ProductFactory


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def order(store, in_store) -> Order:
    customer = CustomerFactory(store=store, first_name="Žaneta", locale="cs")
    order = OrderFactory(store=store, customer=customer, number="1001")
    soap = ProductFactory(store=store)
    OrderLineFactory(store=store, order=order, product=soap)
    Guide.objects.create(
        store=store,
        product=soap,
        title={"cs": "První mytí"},
        url="https://x.example",
        created_at=NOON,
    )
    return order


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_it_greets_leads_to_the_guide_and_speaks_the_buyer_s_language(order, store):
    store.languages = ["en", "cs"]
    insert = inserts_of(orders=[order], store=store)[0]
    assert (insert.language, insert.name, insert.number) == ("cs", "Žaneta", "1001")
    assert [place.title for place in insert.places] == ["První mytí"]
    assert f"/portal/{store.slug}/guides/" in insert.places[0].url
    assert "krok za krokem" in insert.places[0].why


def test_of_a_gift_nobody_is_named(order, store):
    order.is_gift = True
    assert inserts_of(orders=[order], store=store)[0].name == ""


@pytest.mark.parametrize("language", ["en", "cs", "sk", "sl", "fi"])
def test_the_page_carries_every_letter_and_one_page_whatever_stands_on_it(language):
    insert = Insert(
        language=language,
        shop="Lípa & Žluťoučký kůň <b>" * 3,
        color="#1f5d4c",
        accent="#f2e9dc",
        number="1" * 60,
        name="ěřůčšž ľĺŕ äöå" * 5,
        places=[Place("Návod " * 30, "why " * 60, f"https://x.example/{n}") for n in range(6)],
        contact=["+420 1", "a@mail.example"],
    )
    pdf = inserts_pdf([insert, insert])
    assert pages(pdf) == 2
    assert b"DejaVuSans" in pdf
    assert inserts_pdf([insert, insert]) == pdf


def test_reading_them_costs_the_same_however_many(order, store, django_assert_num_queries):
    more = [order]
    for _ in range(4):
        other = OrderFactory(store=store, customer=order.customer)
        OrderLineFactory(store=store, order=other, product=ProductFactory(store=store))
        more.append(other)
    orders = list(Order.objects.select_related("customer"))
    assert len(orders) == 5
    with django_assert_num_queries(2):
        inserts_of(orders=orders, store=store)


def test_one_order_s_insert_comes_at_once(owner, order):
    page = owner.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    address = reverse("admin:guides_insertbatch_order", args=[order.pk])
    assert address in page
    answer = owner.get(address)
    assert answer.content.startswith(b"%PDF-")
    assert pages(answer.content) == 1


def chosen(client, orders):
    form = {**client.form, "action": "print_inserts", "_selected_action": [o.pk for o in orders]}
    return client.post(reverse("admin:orders_order_changelist"), form)


@pytest.mark.django_db(transaction=True)
def test_many_are_printed_in_parts_with_their_progress(owner, order, store, monkeypatch):
    monkeypatch.setattr(operation, "A_PART", 2)
    orders = [order, *(OrderFactory(store=store) for _ in range(4))]
    answer = chosen(owner, orders)
    batch = InsertBatch.objects.get()
    assert answer.url == reverse("admin:guides_insertbatch_change", args=[batch.pk])
    assert "0 of 5" in owner.get(answer.url).content.decode()
    orders[-1].delete()  # gone meanwhile: left out
    operation.print_part(now=NOON, machine_now=NOON)
    assert "2 of 5" in owner.get(answer.url).content.decode()
    print_inserts()
    shown = owner.get(answer.url).content.decode()
    assert "All 5" in shown
    parts = list(batch.parts.all())
    assert sum(part.orders for part in parts) == 4
    assert max(part.orders for part in parts) == 2
    file = owner.get(reverse("admin:guides_insertbatch_part", args=[batch.pk, parts[0].number]))
    assert pages(b"".join(file.streaming_content)) == parts[0].orders
    assert operation.forget_inserts(before=NOON.replace(year=2090)) == 1
    assert not InsertBatch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lease_keeps_rivals_away_and_a_dead_one_s_part_is_printed_once(order, store):
    batch = operation.ask_for_inserts(store=store, order_ids=[order.pk], by="x", now=NOON)
    InsertBatch.objects.update(lease_until=NOON + operation.LEASE)
    later = NOON + operation.LEASE * 2
    assert operation.print_part(now=NOON, machine_now=NOON) is False
    assert operation.print_part(now=NOON, machine_now=later) is True
    assert operation.print_part(now=NOON, machine_now=later) is False
    operation._print(batch, NOON)  # the dead one wakes up with what it knew
    assert batch.parts.count() == 1


def test_another_store_s_order_is_not_printed(owner, other_store, order):
    with store_scope(other_store.pk):
        theirs = OrderFactory(store=other_store)
    for pk in (theirs.pk, 10**9, "x"):
        address = reverse("admin:guides_insertbatch_order", args=[pk])
        assert owner.get(address).status_code == 404


def test_who_may_not_print_prints_nothing(log_in, store, order):
    viewer = log_in(store=store, role="viewer")
    address = reverse("admin:guides_insertbatch_order", args=[order.pk])
    assert viewer.get(address).status_code == 403
    chosen(viewer, [order])
    assert not InsertBatch.objects.exists()
