"""The help page and the returns policy on the shop's own pages: public, five languages, no cookie."""

import pytest
from django.test import Client

from core.stores.scope import store_scope
from engagement.guides.models import HelpAnswer
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)
TITLES = {
    "en": "How can we help?",
    "cs": "S čím můžeme pomoct?",
    "sk": "S čím vám môžeme pomôcť?",
    "sl": "Kako vam lahko pomagamo?",
    "fi": "Miten voimme auttaa?",
}


def write(shop, question, answer, **more) -> HelpAnswer:
    with store_scope(shop.pk):
        return HelpAnswer.objects.create(
            store=shop, question=question, answer=answer, created_at=NOON, **more
        )


@pytest.fixture
def lines(shop):
    shop.languages = list(TITLES)
    shop.returns_summary = {"en": "30 days, any reason.\nWe pay the way.", "cs": "30 dní."}
    shop.save()
    write(shop, {"en": "Second?", "cs": "Druhá?"}, {"en": "Yes.", "cs": "Ano."}, position=2)
    write(shop, {"en": "First?"}, {"en": "See https://lipa.example/x <script>"}, position=1)
    write(shop, {"en": "Not yet?"}, {"en": "Hidden."}, is_draft=True)
    return shop


@pytest.mark.parametrize("language", TITLES)
def test_anybody_reads_it_in_their_language(lines, language):
    answer = Client().get(f"/portal/{lines.slug}/help/?lang={language}")
    page = answer.text
    assert answer.status_code == 200
    assert f"<h1>{TITLES[language]}</h1>" in page
    second = "Druhá?" if language == "cs" else "Second?"
    assert page.index("First?") < page.index(second)
    assert "Not yet?" not in page
    assert ("30 dní." if language == "cs" else "We pay the way.") in page
    if language != "en":
        assert 'lang="en"' in page  # words of another language say so to who hears them


def test_what_the_merchant_writes_is_words_and_no_markup(lines):
    page = Client().get(f"/portal/{lines.slug}/help/").text
    assert "&lt;script&gt;" in page
    assert '<a href="https://lipa.example/x" rel="nofollow">' in page


def test_without_a_policy_and_answers_it_still_helps(shop):
    page = Client().get(f"/portal/{shop.slug}/help/").text
    assert "Write to us, and we will find a way." in page
    assert "Find my order" in page


def test_another_store_s_answers_stay_there(lines, other_store):
    write(other_store, {"en": "Theirs?"}, {"en": "Theirs."})
    assert "Theirs" not in Client().get(f"/portal/{lines.slug}/help/").text


def test_every_page_leads_there(lines):
    assert f"/portal/{lines.slug}/help/" in Client().get(f"/portal/{lines.slug}/").text


def test_it_is_read_in_few_queries(lines, django_assert_max_num_queries):
    for number in range(20):
        write(lines, {"en": f"Question {number}"}, {"en": "Answer"})
    with django_assert_max_num_queries(6):
        Client().get(f"/portal/{lines.slug}/help/")


@pytest.mark.parametrize("path", ["returns/", "returns.html"])
def test_the_snippet_sets_no_cookie_and_runs_no_script(lines, path):
    browser = Client()
    answer = browser.get(f"/widget/{lines.slug}/{path}?lang=cs")
    assert answer.status_code == 200
    assert "Kdyby vám něco nevyhovovalo" in answer.text
    assert "30 dní." in answer.text
    assert f'/portal/{lines.slug}/help/?lang=cs#returns"' in answer.text
    assert not browser.cookies
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in answer.get("Vary", "")


def test_the_frame_may_stand_on_any_site_and_the_fragment_be_fetched_from_any(lines):
    frame = Client().get(f"/widget/{lines.slug}/returns/")
    assert "X-Frame-Options" not in frame
    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    fragment = Client().get(f"/widget/{lines.slug}/returns.html")
    assert fragment["Access-Control-Allow-Origin"] == "*"
    assert "<html" not in fragment.text
    assert fragment["X-Frame-Options"] == "DENY"
    assert Client().get("/widget/nobody/returns/").status_code == 404


def test_the_snippet_speaks_as_the_browser_asks_and_else_as_the_shop(lines):
    path = f"/widget/{lines.slug}/returns.html"
    assert "Jos jokin" in Client().get(path, headers={"accept-language": "fi"}).text
    assert "If it does not suit you" in Client().get(path, headers={"accept-language": "ja"}).text
    assert "If it does not suit you" in Client().get(f"{path}?lang=xx").text
