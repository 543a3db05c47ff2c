"""A merchant writes a campaign, looks at it, tries it, sets it going, holds it and ends it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.stores.models import Membership
from core.stores.scope import store_scope
from engagement.flows.holidays import season_of
from engagement.flows.models import Campaign
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.delivery.accounts import LOCAL_MAILBOX
from engagement.messages.models import LocalMail, Message, Outbox
from engagement.segments.models import Segment
from tests.factories.orders import (
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
)

ADD = reverse("admin:flows_campaign_add")


@pytest.fixture(autouse=True)
def flows(store, settings):
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    install_flows(store=store, now=clock.now(store) - timedelta(days=1))


def page(row: Campaign, deed: str = "change") -> str:
    return reverse(f"admin:flows_campaign_{deed}", args=[row.pk])


def drafted(client, store, kind="newsletter", **fields) -> Campaign:
    answer = client.post(ADD, {**client.form, "kind": kind, "name": "Spring", **fields})
    assert answer.status_code == 302, answer.context["errors"]
    with store_scope(store.pk):
        row = Campaign.objects.latest("pk")
    assert answer.url == page(row)
    return row


def written(client, row, **fields) -> None:
    answer = client.post(page(row), {**client.form, "name": row.name, **fields})
    assert answer.status_code == 302, answer.context["errors"]
    with store_scope(row.store_id):
        row.refresh_from_db()


def press(client, row, deed) -> str:
    client.post(page(row, deed), {**client.form, "confirmed": "yes"})
    with store_scope(row.store_id):
        row.refresh_from_db()
    return client.get(page(row)).content.decode()


def test_from_the_first_word_to_the_last_mail(owner, store, in_store):
    for _ in range(3):
        CustomerFactory(store=store)
    row = drafted(owner, store)
    assert "Write what it tells" in press(owner, row, "set_going")
    written(owner, row, title_en="Spring is here", text_en="Come.", title_cs="Je tu jaro")
    assert row.content["article"]["title"] == {"en": "Spring is here", "cs": "Je tu jaro"}
    shown = owner.get(page(row)).content.decode()
    assert "3 people; 0% of them agreed" in shown
    preview = owner.get(reverse("admin:flows_campaign_preview", args=[row.pk, "cs"]))
    assert "Je tu jaro" in preview.content.decode()
    assert "sandbox" in preview.headers["Content-Security-Policy"]
    asked = owner.get(page(row, "set_going")).content.decode()
    assert "3 people" in asked
    assert row.status == "draft"
    press(owner, row, "set_going")
    assert row.status == "planning"
    press(owner, row, "pause")
    assert row.paused_at is not None
    press(owner, row, "resume")
    assert row.paused_at is None
    assert "Canceled" in press(owner, row, "cancel")
    assert row.status == "canceled"


def test_a_test_goes_to_oneself(owner, store, in_store, django_capture_on_commit_callbacks):
    row = drafted(owner, store)
    written(owner, row, title_en="Spring is here")
    with django_capture_on_commit_callbacks(execute=True):
        press(owner, row, "try_it")
    (mail,) = LocalMail.objects.all()
    assert mail.subject == "[Test] Spring is here"
    assert mail.recipient.endswith("@staff.example")
    assert not Message.objects.exists()


def test_what_is_under_way_is_not_rewritten(owner, store, in_store):
    row = drafted(owner, store)
    written(owner, row, title_en="Spring")
    press(owner, row, "set_going")
    owner.post(page(row), {**owner.form, "name": "Other", "title_en": "Other"})
    row.refresh_from_db()
    assert (row.name, row.content["article"]["title"]) == ("Spring", {"en": "Spring"})


def test_a_recall_says_whom_it_could_not_reach(owner, store, in_store):
    soap = ProductFactory(store=store, title="Soap")
    jana = CustomerFactory(store=store, email=None, first_name="Jana", phone="+420 777")
    order = OrderFactory(store=store, customer=jana, email=None)
    OrderLineFactory(store=store, order=order, product=soap)
    row = drafted(owner, store, "safety_notice", product=soap.pk)
    written(owner, row, product=soap.pk, notice_kind="recall", batch="7B", todo_en="Stop using it.")
    assert row.content["notice"]["batch"] == "7B"
    preview = owner.get(reverse("admin:flows_campaign_preview", args=[row.pk, "en"]))
    assert "Stop using it." in preview.content.decode()
    assert "1 person" in owner.get(page(row)).content.decode()
    press(owner, row, "set_going")
    Message.objects.create(
        store=store,
        customer=jana,
        flow="safety_notice",
        step="send",
        subject=f"customer:{jana.pk}",
        occurrence=row.occurrence,
        message_class="transactional",
        template="safety_notice",
        status="skipped",
        reason="no_address",
        anchor_at=clock.now(store),
        due_at=clock.now(store),
        created_at=clock.now(store),
    )
    shown = owner.get(page(row)).content.decode()
    assert "+420 777" in shown
    assert "No e-mail address is known" in shown


def test_a_greeting_keeps_its_days(owner, store, in_store):
    row = drafted(owner, store, "holiday_greeting")
    written(owner, row, holiday="christmas", closed_from="2026-12-24", closed_until="2026-12-27")
    assert row.content == {
        "occasion": {
            "kind": "christmas",
            "closed_from": "2026-12-24",
            "closed_until": "2026-12-27",
        }
    }
    preview = owner.get(reverse("admin:flows_campaign_preview", args=[row.pk, "en"]))
    assert "Merry Christmas" in preview.content.decode()


def test_segments_say_how_many_they_are(owner, store, in_store):
    for country in ("CZ", "CZ", "SK"):
        CustomerFactory(store=store, country=country)
    add = reverse("admin:segments_segment_add")
    wrong = owner.post(add, {**owner.form, "name": "Czechs", "countries": "Czechia"})
    assert "two letters" in str(wrong.context["errors"])
    answer = owner.post(add, {**owner.form, "name": "Czechs", "countries": "cz", "spent": ""})
    assert answer.status_code == 302, answer.context["errors"]
    segment = Segment.objects.get()
    shown = owner.get(reverse("admin:segments_segment_change", args=[segment.pk])).content.decode()
    assert segment.countries == ["CZ"]
    assert ">2<" in shown.replace(" ", "").replace("\n", "")
    twice = owner.post(add, {**owner.form, "name": "Czechs"})
    assert "of this name" in str(twice.context["errors"])


def test_only_who_may_sets_it_going(owner, log_in, store, in_store):
    row = drafted(owner, store)
    written(owner, row, title_en="Spring")
    agent = log_in(store=store, role=Membership.Role.AGENT)
    assert agent.get(page(row)).status_code == 200
    assert agent.post(page(row, "set_going"), {**agent.form, "confirmed": "y"}).status_code == 403
    assert agent.post(ADD, {**agent.form, "kind": "newsletter", "name": "X"}).status_code == 403
    assert not Outbox.objects.exists()


def test_a_greeting_shows_its_days_before_it_is_set_going(owner, store, in_store):
    row = drafted(owner, store, kind="holiday_greeting")
    written(owner, row, holiday="christmas", days_before="1")
    shown = owner.get(page(row)).content.decode()
    year = season_of(kind="christmas", country="CZ", today=clock.now(store).date())
    for words in (
        f"23 December {year}: AT, CH, CZ",
        f"24 December {year}: ",
        f"6 January {year + 1}",
    ):
        assert words in shown
    assert f"23 December {year + 2}" in shown
    assert "everywhere else" in shown
    assert (
        "On the holiday" in owner.get(reverse("admin:flows_campaign_changelist")).content.decode()
    )
    assert "as each one" in owner.get(page(row, "set_going")).content.decode()
    press(owner, row, "set_going")
    assert row.season == year
    assert f"23 December {year + 1}" not in owner.get(page(row)).content.decode()
    written_by_hand = drafted(owner, store, kind="holiday_greeting")
    written(owner, written_by_hand, holiday="midsummer")
    assert "other countries get none" in owner.get(page(written_by_hand)).content.decode()
