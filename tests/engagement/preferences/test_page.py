"""The preference page: every wish by a plain form, in the customer's language, and only by POST."""

import gettext
import io
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

from core.clock import real_now
from core.stores.scope import every_store, store_scope
from engagement.preferences.links import unsubscribe_url
from engagement.preferences.models import Consent, Wishes
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.queries import people
from engagement.preferences.topics import Topic
from tests.factories.orders import CustomerFactory

LOCALES = Path(settings.LOCALE_PATHS[0])
OTHERS = ("cs", "sk", "sl", "fi")
HEADINGS = {
    "en": "Your mail, your choice",
    "cs": "Vaše e-maily, vaše volba",
    "sk": "Vaše e-maily, vaša voľba",
    "sl": "Vaša pošta, vaša izbira",
    "fi": "Sinun postisi, sinun valintasi",
}


@pytest.fixture
def jana(in_store):
    in_store.languages = ["en", *OTHERS]
    in_store.save()
    customer = CustomerFactory(store=in_store, order_count=1, locale="en")
    record_consent(
        customer_id=customer.pk,
        basis="explicit",
        source="checkout",
        wording="Yes, write to me.",
        stated_at=real_now() - timedelta(days=30),
        now=real_now(),
    )
    return customer


@pytest.fixture
def address(in_store, jana) -> str:
    url = unsubscribe_url(store=in_store, customer_id=jana.pk, message_public_id=uuid.UUID(int=7))
    return url.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def press(address):
    def post(**fields) -> str:
        answer = Client(enforce_csrf_checks=True).post(address, fields)
        assert answer.status_code == 200
        return answer.content.decode()

    return post


def allowed(jana) -> set[str]:
    with store_scope(jana.store_id):
        later = real_now() + timedelta(seconds=1)
        person = people(customer_ids=[jana.pk], store=jana.store, now=later)[jana.pk]
        return {topic for topic in Topic.values if person.basis(topic, now=later) != "none"}


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="topic" value="(\w+)" checked', page))


def test_the_boxes_show_what_holds_and_saving_changes_it(press, client, jana, address):
    assert ticked(client.get(address).content.decode()) == set(Topic.values)
    page = press(action="save", topic=["reviews", "offers"], often="usual", language="en")
    assert "Saved." in page
    assert ticked(page) == allowed(jana) == {"reviews", "offers"}
    assert "Saved." not in client.get(address).content.decode()
    page = press(action="save", topic=["newsletter"], often="fewer", language="en")
    assert ticked(page) == allowed(jana) == {"newsletter"}
    with every_store():
        assert Wishes.objects.get().wants_fewer
        last = Consent.objects.filter(purpose="reviews").latest("stated_at")
    assert last.basis == "none"


def test_a_tick_is_kept_with_the_words_that_stood_beside_it(press, client, jana, address):
    press(action="save", topic=["reviews"], often="usual", language="cs", shown_in="en")
    shown = client.get(address).content.decode()
    wording = re.search(r'id="topics-wording">([^<]+)<', shown)
    press(action="save", topic=["reviews", "offers"], often="usual", language="cs", shown_in="cs")
    with every_store():
        kept = Consent.objects.get(purpose="offers", basis="explicit")
    assert kept.wording == wording[1]
    assert "výběru" in kept.wording
    assert kept.evidence == {"message": uuid.UUID(int=7).hex, "language": "cs"}


def test_a_break_is_taken_and_ended_without_a_word_about_consent(press, jana):
    page = press(action="pause", days="90")
    assert "Enjoy the quiet." in page
    with every_store():
        until = Wishes.objects.get().paused_until
        assert until - real_now() > timedelta(days=89)
        assert Consent.objects.count() == 1
    assert "End the break" in page
    page = press(action="resume")
    assert "The break is over." in page
    with every_store():
        assert Wishes.objects.get().paused_until is None


@pytest.mark.parametrize("days", ["", "400", "-3", "x", "3" * 5000])
def test_an_odd_number_of_days_is_the_shorter_break(press, days):
    press(action="pause", days=days)
    with every_store():
        assert Wishes.objects.get().paused_until < real_now() + timedelta(days=31)


@pytest.mark.parametrize("language", list(HEADINGS))
def test_the_page_speaks_the_language_that_was_chosen(press, client, jana, address, language):
    page = press(action="save", topic=["reviews"], often="usual", language=language)
    assert f'<html lang="{language}">' in page
    assert HEADINGS[language] in client.get(address).content.decode()
    left = press(action="unsubscribe")
    assert f'<html lang="{language}">' in left
    assert ("Done. You are unsubscribed." in left) == (language == "en")


def test_a_language_that_the_shop_does_not_write_changes_nothing(press, jana):
    press(action="save", topic=["reviews"], language="de")
    jana.refresh_from_db()
    assert jana.language == ""


def test_who_left_is_offered_one_way_back_and_gets_it(press, jana):
    page = press(action="save", often="usual", language="en")  # no box ticked
    assert "Done. You are unsubscribed." in page
    assert allowed(jana) == set()
    assert ticked(press(action="resubscribe")) == set(Topic.values)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_page_is_translated_and_the_compiled_file_is_current(language):
    folder = LOCALES / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    assert [one.id for one in catalog if one.id and not all(_texts(one.string))] == []
    fresh, kept = io.BytesIO(), gettext.GNUTranslations((folder / "django.mo").open("rb"))
    write_mo(fresh, catalog)
    fresh.seek(0)
    assert _messages(kept) == _messages(gettext.GNUTranslations(fresh))
    known = {one.id if isinstance(one.id, str) else one.id[0] for one in catalog}
    assert _texts_of_the_pages() - known == set()


def _messages(catalog: gettext.GNUTranslations) -> dict[object, str]:
    return {key: text for key, text in catalog._catalog.items() if key}


def _texts(string) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def _texts_of_the_pages() -> set[str]:
    found = {str(topic.label) for topic in Topic}
    folder = Path(settings.BASE_DIR) / "templates" / "portal"
    for path in (*folder.glob("preferences*.html"), folder / "mail_gone.html"):
        source = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'\{% translate "([^"]+)" %\}', source))
        for text in re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{%", source, re.DOTALL):
            found.add(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", text))
    return found
