"""K3: the shop's own words: read at send, one shop's alone, and never in the way of order news."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit.models import AuditEntry
from core.clock import now as store_now
from core.events import spine
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import MailVersion
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.operations.publish_copy import (
    BadCopy,
    CopyMovedOn,
    publish_copy,
    restore_copy,
    withdraw_copy,
)
from orders.operations.process_notices import process_due
from tests.factories.journey import text_of

CONFIRMATION = {"template": "order_confirmation", "language": "en"}


def writes(journey, content, **how):
    """The shop publishes its own words; the version."""
    store = Store.objects.get(pk=journey.store.pk)
    about = {**CONFIRMATION, "by": "anna@staff.example", "now": store_now(store), **how}
    return publish_copy(store=store, content=content, **about)


def newest(journey):
    return journey.mails()[-1]


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def test_own_words_are_read_when_the_mail_leaves(journey):
    journey.buys()
    assert newest(journey)["Subject"] == "We have your order #1001"
    writes(journey, {"subject": "Hooray, {{ order.number }}!", "paragraphs": ["One.", "Two."]})
    journey.buys()
    mail = newest(journey)
    assert mail["Subject"] == "Hooray, #1002!"
    assert "One." in text_of(mail)
    assert "Two." in html_of(mail)
    assert "Your order is in." in html_of(mail)  # what was not rewritten is as shipped
    writes(journey, {})
    journey.buys()
    assert newest(journey)["Subject"] == "We have your order #1003"


def test_only_what_differs_is_kept_and_audit_knows_who(journey):
    version = writes(
        journey, {"subject": "We have your order {{ order.number }}", "button": "Look"}
    )
    assert version.content == {"button": "Look"}
    with store_scope(journey.store.pk):
        entry = AuditEntry.objects.get(action="mail_copy.publish")
    assert entry.actor == "anna@staff.example"
    assert entry.detail["slots"] == ["button"]


def test_another_language_and_another_shop_keep_their_words(journey, begin):
    stranger = begin(name="Kontio", slug="kontio")
    writes(journey, {"subject": "Hooray"})
    journey.buys(customer_locale="cs-CZ", customer={"id": 5, "email": "p@mail.example"})
    assert newest(journey)["Subject"].startswith("Máme vaši objednávku")
    stranger.buys()
    assert newest(stranger)["Subject"] == "We have your order #1001"


def test_words_written_in_the_shops_language_stand_in_for_a_language_without(begin):
    journey = begin(slug="lipa", default_language="de", languages=["de", "fr"])
    writes(journey, {"heading": "Danke!", "subject": "Bestellt"}, language="de")
    journey.buys(customer_locale="fr-FR")
    mail = newest(journey)
    assert mail["Subject"] == "Bestellt"
    assert "Danke!" in html_of(mail)
    assert "What you ordered" in html_of(mail)  # string by string: nobody wrote this in German


def test_a_scheduled_version_takes_over_by_itself_and_can_be_taken_back(journey):
    day = timedelta(days=1)
    writes(journey, {"subject": "Advent"}, live_from=journey.now + day)
    late = writes(journey, {"subject": "Christmas"}, live_from=journey.now + 3 * day)
    journey.buys()
    assert newest(journey)["Subject"] == "We have your order #1001"
    journey.wait(days=2)
    journey.buys()
    assert newest(journey)["Subject"] == "Advent"
    store = Store.objects.get(pk=journey.store.pk)
    assert withdraw_copy(store=store, version=late, by="a@b.example", now=journey.now)
    assert not withdraw_copy(store=store, version=late, by="a@b.example", now=journey.now)
    journey.wait(days=2)
    journey.buys()
    assert newest(journey)["Subject"] == "Advent"


def test_an_earlier_version_comes_back(journey):
    first = writes(journey, {"subject": "First"})
    writes(journey, {"subject": "Second"})
    store = Store.objects.get(pk=journey.store.pk)
    again = restore_copy(store=store, version=first, by="a@b.example", now=journey.now)
    assert (again.number, again.restored_from) == (3, 1)
    journey.buys()
    assert newest(journey)["Subject"] == "First"


def test_who_begins_from_an_old_version_is_told(journey):
    writes(journey, {"subject": "First"}, begun_from=0)
    with pytest.raises(CopyMovedOn, match="Version 1"):
        writes(journey, {"subject": "Mine"}, begun_from=0)


@pytest.mark.parametrize(
    ("about", "content"),
    [
        ({}, {"subject": ""}),
        ({}, {"subject": ["a"]}),
        ({}, {"paragraphs": "a"}),
        ({}, {"no_such": "a"}),
        ({}, {"heading": "a" * 5000}),
        ({"template": "no_such"}, {"subject": "a"}),
        ({"template": "../settings"}, {"subject": "a"}),
        ({"language": "xx"}, {"subject": "a"}),
        ({"language": ""}, {"picture_url": "javascript:alert(1)"}),
        ({"language": ""}, {"button_url": "{{ order.status_url }}"}),
        ({"language": ""}, {"color_primary": "red"}),
    ],
)
def test_what_fits_no_mail_is_refused_and_nothing_is_kept(journey, about, content):
    with pytest.raises(BadCopy):
        writes(journey, content, **about)
    with store_scope(journey.store.pk):
        assert not MailVersion.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        "{% if order.number %}never closed",
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{{ order.total | pad: 9 }}",
        "{% if order.nothing %}empty{% endif %}",
    ],
)
def test_broken_words_that_were_stored_never_hold_up_order_news(journey, broken):
    version = writes(journey, {"subject": "Fine", "heading": "Mine"})
    with store_scope(
        journey.store.pk
    ):  # it passed when it was tried; data or limits have changed since
        version.content["subject"] = broken
        MailVersion.objects.filter(pk=version.pk).update(content=version.content)
    journey.buys()
    journey.buys()
    mail = newest(journey)
    assert mail["Subject"] == "We have your order #1002"
    assert "Mine" in html_of(mail)
    with store_scope(journey.store.pk):
        noted = MailVersion.objects.get(pk=version.pk)
    assert noted.broke_at is not None
    assert "subject" in noted.broke_detail


def test_the_look_changes_picture_links_colors_and_blocks_in_both_parts(journey):
    look = {
        "picture_url": "https://lipa.example/advent.jpg",
        "picture_link": "https://lipa.example/advent",
        "button_url": "https://lipa.example/track?order={{ order.number | url_encode }}",
        "color_primary": "#702040",
        "hidden": ["address", "lines", "no_such"],
    }
    version = writes(journey, look, language="")
    assert version.content["hidden"] == ["address", "lines"]
    writes(journey, {"picture_alt": "A wreath on a door"})
    journey.buys()
    mail = newest(journey)
    html, text = html_of(mail), text_of(mail)
    assert 'src="https://lipa.example/advent.jpg"' in html
    assert 'alt="A wreath on a door"' in html
    assert "#702040" in html
    for part in (html, text):
        assert "https://lipa.example/advent" in part
        assert "https://lipa.example/track?order=%231001" in part
        assert "Lipova 1" not in part.split("Choose which mail you get")[0]
        assert "Hand cream" not in part
        assert "Total" in part


def test_own_words_cost_a_batch_no_statement(journey):
    """Read once for each change and process; then nothing more than for shipped words."""

    def sends() -> int:
        assert journey.sender.shopify("orders/create", journey.basket()).status_code == 200
        process_due(only_store=journey.store.pk)
        spine.drain(only_store=journey.store.pk)
        with CaptureQueriesContext(connection) as asked:
            drain_outbox(only_store=journey.store.pk)
        assert newest(journey)["Subject"]
        return len(asked)

    journey.buys()
    shipped = sends()
    writes(journey, {"subject": "Hooray, {{ order.number }}"})
    assert sends() <= shipped + 2
    assert sends() == shipped
    assert newest(journey)["Subject"].startswith("Hooray")
