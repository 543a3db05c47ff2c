"""A merchant says where guides are and writes tips, in the languages of the shop's mails."""

import pytest
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.guides.models import CareTip, Guide
from orders.models import Category
from tests.factories.orders import ProductFactory

GUIDE, TIP = reverse("admin:guides_guide_add"), reverse("admin:guides_caretip_add")


@pytest.fixture
def soap(store, in_store):
    return ProductFactory(store=store)


def test_a_guide_is_added_changed_and_taken_away(owner, store, soap):
    form = {**owner.form, "product": soap.pk, "url": "https://lipa.example/g", "title_cs": "Návod"}
    answer = owner.post(GUIDE, form)
    assert answer.status_code == 302, answer.context["errors"]
    guide = Guide.objects.get()
    assert (guide.title, guide.product, guide.summary) == ({"cs": "Návod"}, soap, {})
    page = reverse("admin:guides_guide_change", args=[guide.pk])
    assert "Návod" in owner.get(page).content.decode()
    owner.post(page, {**owner.form, "url": guide.url, "title_en": "Guide", "minutes": "3"})
    guide.refresh_from_db()
    assert (guide.title, guide.minutes, guide.product) == ({"en": "Guide"}, 3, soap)
    owner.post(reverse("admin:guides_guide_delete", args=[guide.pk]), {**owner.form, "post": "yes"})
    assert not Guide.objects.exists()


def test_what_cannot_be_is_refused_in_words(owner, store, soap):
    creams = Category.objects.create(store=store, name="Creams")
    whole = {**owner.form, "step": "1", "title_en": "T", "text_en": "Rinse."}
    for wrong, says in (
        ({"product": soap.pk, "category": creams.pk}, "one of the two"),
        ({}, "one of the two"),
        ({"product": soap.pk, "text_en": ""}, "one language"),
        ({"product": soap.pk, "step": "4"}, "3"),
    ):
        assert says in str(owner.post(TIP, {**whole, **wrong}).context["errors"])
    assert owner.post(TIP, {**whole, "product": soap.pk}).status_code == 302
    again = owner.post(TIP, {**whole, "product": soap.pk})
    assert "one for it already" in str(again.context["errors"])
    assert owner.post(TIP, {**whole, "product": soap.pk, "step": "2"}).status_code == 302
    assert owner.post(TIP, {**whole, "category": creams.pk}).status_code == 302
    assert CareTip.objects.count() == 3


def test_another_store_s_product_cannot_be_chosen(owner, store, other_store):
    with store_scope(other_store.pk):
        theirs = ProductFactory(store=other_store)
    form = {**owner.form, "product": theirs.pk, "url": "https://lipa.example/g", "title_en": "G"}
    assert owner.post(GUIDE, form).status_code == 200
    with store_scope(store.pk):
        assert not Guide.objects.exists()
