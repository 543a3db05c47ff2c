"""A merchant says where guides are and writes tips, in the languages of the shop's mails."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.guides.models import CareTip, Guide, GuideAnswer, GuideFile
from orders.models import Category
from tests.conftest import NOON
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


@pytest.fixture
def guide(store, soap) -> Guide:
    return Guide.objects.create(store=store, product=soap, title={"en": "Wash"}, created_at=NOON)


def test_steps_are_written_published_and_taken_down(owner, guide):
    page = reverse("admin:guides_guide_change", args=[guide.pk])
    press = reverse("admin:guides_guide_publish", args=[guide.pk])
    add = reverse("admin:guides_guidestep_add")
    sure = {**owner.form, "confirmed": "1"}
    owner.post(press, sure)
    assert "Write a step first" in owner.get(page).content.decode()
    form = {**owner.form, "guide": guide.pk, "position": "1", "title_en": "Wet"}
    assert owner.post(add, form).status_code == 302
    assert "this number already" in str(owner.post(add, form).context["errors"])
    owner.get(press)  # a look publishes nothing
    guide.refresh_from_db()
    assert guide.live is None
    owner.post(press, sure)
    guide.refresh_from_db()
    assert guide.live.content["steps"][0]["title"] == {"en": "Wet"}
    assert "@" in guide.live.published_by
    shown = owner.get(page).content.decode()
    assert "Version 1 (shown now)" in shown
    GuideAnswer.objects.create(
        store=guide.store,
        version=guide.live,
        helped=False,
        missing="How hot?",
        language="en",
        said_at=NOON,
    )
    assert "How hot?" in owner.get(page).content.decode()
    assert "Yes 0, no 1" in owner.get(reverse("admin:guides_guide_changelist")).content.decode()
    owner.post(reverse("admin:guides_guide_take_down", args=[guide.pk]), sure)
    guide.refresh_from_db()
    assert guide.live is None


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF-")])
def test_the_code_for_the_box_is_a_file_to_print(owner, guide, kind, begins):
    answer = owner.get(reverse("admin:guides_guide_code", args=[guide.pk, kind]))
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"] == f'attachment; filename="guide-{guide.pk}.{kind}"'
    assert owner.get(reverse("admin:guides_guide_code", args=[guide.pk, "exe"])).status_code == 404


def test_a_viewer_publishes_nothing(log_in, store, guide):
    viewer = log_in(store=store, role="viewer")
    press = reverse("admin:guides_guide_publish", args=[guide.pk])
    assert viewer.post(press, {**viewer.form, "confirmed": "1"}).status_code == 403


def test_a_file_is_kept_or_elsewhere_never_both(owner, guide, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    add = reverse("admin:guides_guidefile_add")
    whole = {**owner.form, "guide": guide.pk, "title_en": "Drawing"}
    assert "one of the two" in str(owner.post(add, whole).context["errors"])
    lie = SimpleUploadedFile("a.pdf", b"<html>")
    assert "not what its name says" in str(
        owner.post(add, {**whole, "file": lie}).context["errors"]
    )
    real = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    assert owner.post(add, {**whole, "file": real}).status_code == 302
    kept = GuideFile.objects.get()
    answer = owner.get(reverse("admin:guides_guidefile_file", args=[kept.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
