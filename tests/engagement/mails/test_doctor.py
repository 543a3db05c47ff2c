"""The doctor tells of own words that do not work, and of languages with holes."""

import pytest

from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.doctor import mail_texts
from engagement.messages.models import MailVersion
from engagement.messages.operations.publish_copy import publish_copy
from tests.factories.stores import StoreFactory


@pytest.fixture(autouse=True)
def two_mails(monkeypatch):
    """Mails that are shipped in every language, whatever else is being written."""
    monkeypatch.setattr(mail_texts, "mail_keys", lambda: ["order_confirmation", "birthday"])


def says(store=None):
    found = mail_texts.examine(now=real_now())
    about = f"store {store.slug}" if store else ""
    return [one.found for one in found if not about or one.about == about]


def writes(store, content, **how):
    about = {"template": "order_confirmation", "language": "en", "by": "a@b.example", **how}
    return publish_copy(store=store, content=content, now=real_now(), **about)


def test_nothing_to_say_of_what_is_shipped(store, other_store):
    assert says() == []


def test_words_that_cannot_be_read_or_have_failed_are_named(store, other_store):
    kept = writes(store, {"subject": "Hello"})
    with store_scope(store.pk):  # of a time when words were not tried yet
        MailVersion.objects.filter(pk=kept.pk).update(content={"subject": "{% if order %}"})
    version = writes(store, {"subject": "Hello"}, language="cs")
    with store_scope(store.pk):
        MailVersion.objects.filter(pk=version.pk).update(broke_at=real_now(), broke_detail="Empty.")
    told = " ".join(says(store))
    assert "order_confirmation (en) cannot be used" in told
    assert "order_confirmation (cs) cannot be used: Empty." in told
    assert says(other_store) == []
    writes(store, {})
    writes(store, {}, language="cs")
    assert says(Store.objects.get(pk=store.pk)) == []


def test_a_language_that_nobody_wrote_is_a_hole_until_it_is_written(db):
    store = StoreFactory(slug="brot", default_language="de", languages=["de", "en"])
    (before,) = says(store)
    assert before.startswith("Not written in de:")
    assert "more" in before
    writes(store, {"subject": "Danke"}, language="de")
    (after,) = says(store)
    assert after != before


def test_a_pictures_words_are_a_hole_where_they_are_told_elsewhere(store):
    writes(store, {"picture_url": "https://lipa.cz/a.jpg"}, language="")
    assert says(store) == []
    writes(store, {"picture_alt": "A wreath"})
    told = " ".join(says(store))
    assert "Not written in cs: order_confirmation: picture_alt." in told
    assert "Not written in en" not in told
