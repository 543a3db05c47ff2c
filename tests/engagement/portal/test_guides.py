"""A guide's page: what was published and nothing else, in every language, and whether it helped."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from core.events.models import EventRow
from core.stores.scope import every_store, store_scope
from engagement.guides.models import Guide, GuideAnswer, GuideFile, GuideStep, GuideVersion
from engagement.guides.operations.answer_guide import ANSWERS_AN_HOUR
from engagement.guides.operations.publish_guide import (
    NothingToShow,
    publish_guide,
    take_down_guide,
)
from tests.conftest import NOON
from tests.engagement.messages.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
BY = "anna@lipa.example"


@pytest.fixture
def guide(shop, jana) -> Guide:
    """The soap's guide, two steps, written and not yet published."""
    with store_scope(shop.pk):
        guide = Guide.objects.create(
            store=shop,
            product=jana.line.product,
            title={"en": "Your first wash", "cs": "První mytí"},
            minutes=2,
            video_url="https://video.example/soap",
            created_at=NOON,
        )
        step(guide, 1, {"en": "Wet your hands", "cs": "Navlhčete ruce", "fi": "Kastele kädet"})
        step(guide, 2, {"en": "Rub <b>gently</b>"})
    return guide


def step(guide: Guide, position: int, title: dict[str, str]) -> GuideStep:
    return GuideStep.objects.create(
        store=guide.store,
        guide=guide,
        position=position,
        title=title,
        image_url="https://pictures.example/step.jpg",
        shows={"en": "Two hands"},
    )


def publish(guide: Guide) -> GuideVersion:
    with store_scope(guide.store_id):
        return publish_guide(guide=guide, by=BY, now=NOON)


def address(guide: Guide) -> str:
    return f"/portal/{guide.store.slug}/guides/{guide.public_id}/"


def test_only_what_was_published_is_seen(guide):
    assert Client().get(address(guide)).status_code == 404
    publish(guide)
    shown = Client().get(address(guide)).text
    assert "Wet your hands" in shown
    assert "Rub &lt;b&gt;gently&lt;/b&gt;" in shown
    with store_scope(guide.store_id):
        guide.steps.filter(position=1).update(title={"en": "Not yet for readers"})
    assert "Not yet for readers" not in Client().get(address(guide)).text
    assert publish(guide).number == 2
    assert "Not yet for readers" in Client().get(address(guide)).text
    with store_scope(guide.store_id):
        take_down_guide(guide=guide)
    assert Client().get(address(guide)).status_code == 404


def test_before_there_is_a_page_a_printed_code_leads_to_the_shop_s_own(guide):
    with store_scope(guide.store_id):
        Guide.objects.update(url="https://lipa.example/soap")
    answer = Client().get(address(guide))
    assert (answer.status_code, answer.url) == (302, "https://lipa.example/soap")
    publish(guide)
    assert Client().get(address(guide)).status_code == 200


def test_publishing_the_same_twice_is_once_and_nothing_is_no_page(guide, shop):
    assert publish(guide).pk == publish(guide).pk
    with store_scope(shop.pk):
        assert GuideVersion.objects.count() == 1
        guide.steps.all().delete()
    with pytest.raises(NothingToShow):
        publish(guide)


@pytest.mark.postgres
def test_of_many_who_publish_at_once_versions_come_in_a_row(guide, shop):
    def rival(minutes: int) -> None:
        with store_scope(shop.pk):
            Guide.objects.filter(pk=guide.pk).update(minutes=minutes)
        publish(guide)

    at_once(*(lambda n=number: rival(n) for number in range(1, 9)))
    with store_scope(shop.pk):
        numbers = sorted(GuideVersion.objects.values_list("number", flat=True))
        newest = GuideVersion.objects.order_by("-number").first()
        guide.refresh_from_db()
    assert numbers == list(range(1, len(numbers) + 1))
    assert guide.live == newest


@pytest.mark.parametrize(
    ("code", "step_title", "asks", "lang"),
    [
        ("en", "Wet your hands", "Did this help?", "en"),
        ("cs", "Navlhčete ruce", "Pomohlo vám to?", "cs"),
        ("sk", "Wet your hands", "Pomohlo vám to?", "en"),
        ("sl", "Wet your hands", "Vam je to pomagalo?", "en"),
        ("fi", "Kastele kädet", "Oliko tästä apua?", "fi"),
    ],
)
def test_it_speaks_the_reader_s_language_and_says_where_it_cannot(
    guide, shop, code, step_title, asks, lang
):
    publish(guide)
    with every_store():
        type(shop).objects.filter(pk=shop.pk).update(
            languages=["en", "cs", "sk", "sl", "fi"], default_language="en"
        )
    shown = Client().get(address(guide) + f"?lang={code}").text
    assert asks in shown
    assert f'<h2 lang="{lang}">{step_title}</h2>' in shown
    assert '<h2 lang="en">Rub' in shown


def test_looking_says_nothing_and_a_press_says_it_once(guide, shop):
    publish(guide)
    for how in ("get", "head", "get"):
        getattr(Client(), how)(address(guide) + "?helped=no&missing=x&thanks=no")
    with store_scope(shop.pk):
        assert not GuideAnswer.objects.exists()
    answer = Client().post(address(guide), {"helped": "yes", "missing": "ignored"})
    assert (answer.status_code, answer.url) == (302, f"{address(guide)}?thanks=yes#helped")
    assert "We are glad" in Client().get(answer.url).text
    with store_scope(shop.pk):
        said = GuideAnswer.objects.get()
        assert (said.helped, said.missing, said.customer) == (True, "", None)
        assert not EventRow.objects.filter(name="guide.did_not_help").exists()


def test_a_no_says_what_was_missing_and_is_told(guide, shop, jana, inside):
    publish(guide)
    assert inside.post(address(guide), {"helped": "no", "missing": " How hot? "}).status_code == 302
    with store_scope(shop.pk):
        said = GuideAnswer.objects.get()
        told = EventRow.objects.get(name="guide.did_not_help")
    assert (said.helped, said.missing, said.customer_id) == (False, "How hot?", jana.customer.pk)
    assert told.payload == {
        "guide_id": guide.pk,
        "answer_id": said.pk,
        "customer_id": jana.customer.pk,
        "has_words": True,
    }


@pytest.mark.parametrize(
    "data", [{}, {"helped": "perhaps"}, {"helped": "no", "missing": "x" * 1001}]
)
def test_what_is_no_answer_is_kept_by_nobody(guide, shop, data):
    publish(guide)
    assert Client().post(address(guide), data).status_code == 422
    with store_scope(shop.pk):
        assert not GuideAnswer.objects.exists()


def test_one_network_answers_so_often_and_no_oftener(guide, shop, clock):
    publish(guide)
    asked = [Client().post(address(guide), {"helped": "no"}) for _ in range(ANSWERS_AN_HOUR + 1)]
    assert [answer.status_code for answer in asked] == [302] * ANSWERS_AN_HOUR + [429]
    assert int(asked[-1]["Retry-After"]) > 0
    with store_scope(shop.pk):
        assert GuideAnswer.objects.count() == ANSWERS_AN_HOUR
    clock.shift(timedelta(hours=1))
    assert Client().post(address(guide), {"helped": "yes"}).status_code == 302


def test_files_are_given_once_published_and_only_of_that_guide(guide, shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    publish(guide)
    with store_scope(shop.pk):
        file = GuideFile(store=shop, guide=guide, title={"en": "Drawing"}, created_at=NOON)
        file.file.save("drawing.pdf", ContentFile(b"%PDF-1.7 x"))
    path = f"{address(guide)}files/{file.public_id}/"
    assert Client().get(path).status_code == 404
    publish(guide)
    assert path in Client().get(address(guide)).text
    answer = Client().get(path)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_another_store_has_no_such_guide(guide, other_store):
    publish(guide)
    assert Client().get(f"/portal/{other_store.slug}/guides/{guide.public_id}/").status_code == 404


def test_the_page_costs_the_same_whatever_its_length(guide, django_assert_num_queries):
    publish(guide)
    with django_assert_num_queries(2):  # the store, the guide with what was published
        Client().get(address(guide))
    with store_scope(guide.store_id):
        for number in range(3, 30):
            step(guide, number, {"en": f"Step {number}"})
    publish(guide)
    with django_assert_num_queries(2):
        Client().get(address(guide))


def test_the_order_s_page_leads_to_the_guide_of_what_was_bought(guide, jana, inside):
    page = f"/portal/{guide.store.slug}/orders/{jana.order.public_id}/"
    assert "How to use it" not in inside.get(page).text
    publish(guide)
    assert re.search(rf'href="[^"]*{address(guide)}">How to use it', inside.get(page).text)
