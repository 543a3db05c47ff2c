"""The merchant's hand: rewriting a mail, by the forms that every browser has."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.audit.models import AuditEntry
from core.clock import now as store_now
from core.clock import real_now
from core.stores.models import Membership, Store
from core.stores.scope import store_scope
from engagement.dashboard.mail_sample import FEW
from engagement.messages.models import LocalMail, MailVersion
from engagement.messages.operations.publish_copy import publish_copy
from engagement.messages.rendering.copy import SHARED
from engagement.messages.rendering.samples import UNSUBSCRIBE
from engagement.messages.rendering.slots import mail_keys
from tests.engagement.rendering.bombs import BOMBS
from tests.factories.everything import one_of_everything
from tests.factories.orders import OrderFactory

STEM = "admin:engagement_messages_mailversion"


def told(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def test_what_is_typed_is_kept_as_a_draft_seen_and_published(editor):
    answer = editor.presses("preview", text__subject="Hooray {{ order.number }}")
    assert "You have a draft" in answer.content.decode()
    assert editor.versions() == []
    assert "Subject: Hooray 1042" in editor.shows(part="text")
    assert "Subject: Hooray" not in editor.shows(part="text", source="live")
    answer = editor.presses("publish", text__subject="Hooray {{ order.number }}")
    assert "Version 1 is live" in told(answer)
    (version,) = editor.versions()
    assert version.content == {"subject": "Hooray {{ order.number }}"}
    assert version.created_by == editor.email
    assert editor.drafts() == []
    assert "Subject: Hooray 1042" in editor.shows(part="text", source="live")


def test_the_page_shows_what_changed_against_the_shipped_words(editor):
    page = editor.presses("preview", text__heading="Thank you so much").content.decode()
    assert "<ins>" in page
    assert "<del>" in page
    assert "Your order is in." in page


def test_one_text_or_all_go_back_to_the_shipped_words(editor):
    editor.presses("publish", text__subject="Mine", text__button="Look")
    editor.presses("reset:subject", text__subject="Mine", text__button="Look")
    editor.presses("publish")
    assert editor.versions()[-1].content == {"button": "Look"}
    editor.presses("reset-all")
    editor.presses("publish")
    assert editor.versions()[-1].content == {}


def test_typing_the_shipped_words_is_no_change(editor):
    shipped = "We have your order {{ order.number }}"
    answer = editor.presses("publish", text__subject=shipped)
    assert "nothing new" in told(answer)
    assert editor.versions() == editor.drafts() == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ order.nmber }}", "Did you mean “number”?"),
        ("{% if order %}", "cannot be used"),
        ("", "cannot be empty"),
        (BOMBS["endless loop"], "cannot be used"),
        (BOMBS["powers"], "cannot be used"),
        ("x" * 7000, "too long"),
    ],
)
def test_what_is_wrong_is_said_and_does_not_go_live(editor, text, says):
    answer = editor.presses("publish", text__subject=text)
    assert "Not published" in told(answer)
    assert says in told(answer)
    assert editor.versions() == []
    assert editor.drafts() != []
    assert "Your order is in." in editor.shows()  # the preview falls back as a mail would


def test_a_schedule_is_kept_in_the_shops_time_and_can_be_taken_back(editor):
    day = (real_now() + timedelta(days=9)).strftime("%Y-%m-%dT08:00")
    answer = editor.presses("schedule", text__subject="Advent", live_from=day)
    assert "takes over on" in told(answer)
    (version,) = editor.versions()
    assert version.live_from.astimezone(editor.store.zone).strftime("%Y-%m-%dT%H:%M") == day
    assert "Advent" not in editor.shows(part="text", source="live")
    url = reverse(f"{STEM}_change", args=[version.pk])
    assert "Take back" in editor.client.get(url).content.decode()
    for wrong in ("", "soon", "2020-01-01T08:00", "2026-13-45T99:00"):
        answer = editor.presses("schedule", text__subject="Never", live_from=wrong)
        assert "Nothing was published" in told(answer)
    assert len(editor.versions()) == 1
    form = {"_store": editor.store.public_id.hex, "confirmed": "yes"}
    editor.client.post(reverse(f"{STEM}_withdraw", args=[version.pk]), form)
    (version,) = editor.versions()
    assert version.withdrawn_at is not None


def test_a_version_is_restored_by_a_button_that_asks(editor):
    editor.presses("publish", text__subject="First")
    editor.presses("publish", text__subject="Second")
    first = editor.versions()[0]
    url = reverse(f"{STEM}_restore", args=[first.pk])
    form = {"_store": editor.store.public_id.hex}
    assert "published again" in editor.client.get(url).content.decode()
    editor.client.post(url, {**form, "confirmed": "yes"})
    newest = editor.versions()[-1]
    assert (newest.content, newest.restored_from) == ({"subject": "First"}, 1)
    with store_scope(editor.store.pk):
        deeds = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"mail_copy.publish", "mailversion.restore"} <= deeds


def test_who_was_overtaken_is_told_before_anything_is_replaced(editor, sits_down):
    other = sits_down()
    editor.presses("preview", text__subject="Mine")
    other.presses("publish", text__subject="Theirs")
    answer = editor.presses("publish", text__subject="Mine")
    assert "Version 1 was published" in told(answer)
    assert len(editor.versions()) == 1
    editor.presses("publish", text__subject="Mine")
    assert editor.versions()[-1].content == {"subject": "Mine"}


def test_drafts_are_each_persons_own(editor, sits_down):
    other = sits_down()
    editor.presses("preview", text__subject="Mine")
    assert "Mine" not in other.page().content.decode()
    assert "Mine" not in other.shows(part="text")
    answer = editor.presses("discard", text__subject="Other")
    assert "Your draft is gone" in told(answer)
    assert editor.drafts() == []


def test_the_script_keeps_a_draft_without_a_page(editor):
    answer = editor.presses("keep", text__heading="Hello")
    assert answer.status_code == 204
    assert [draft.content for draft in editor.drafts()] == [{"heading": "Hello"}]


def test_look_blocks_and_colors_are_edited_for_all_languages(editor, sits_down):
    look = sits_down(language="look")
    fields = {
        "look__picture_url": "https://lipa.cz/a.jpg",
        "look__button_url": "https://lipa.cz/track",
        "look__color_primary": "#702040",
        "shown": ["lines", "totals"],
    }
    look.presses("publish", **fields)
    (version,) = look.versions()
    assert "address" in version.content["hidden"]
    for mail in (look.shows(), editor.shows(), sits_down(language="fi").shows()):
        assert "https://lipa.cz/a.jpg" in mail
        assert "https://lipa.cz/track" in mail
        assert "Na Příkopě" not in mail
    answer = look.presses("publish", look__picture_url="javascript:alert(1)")
    assert "no web address" in told(answer)
    answer = look.presses("publish", look__button_url="https://lipa.cz/{{ order.nmber }}")
    assert "Did you mean “number”?" in answer.content.decode()
    assert len(look.versions()) == 1


def test_a_preview_takes_a_real_order_a_sample_light_or_dark(editor):
    with store_scope(editor.store.pk):
        order = OrderFactory(store=editor.store, number="A77")
    assert "A77" in editor.shows(**{"with": "A77", "part": "text"})
    page = editor.page(**{"with": "#A77"}).content.decode()
    assert f"Preview with order {order.number}" in page
    assert "1042" in editor.shows(part="text")
    assert "Na Příkopě" not in editor.shows(**{"with": FEW})
    assert "There is no order" in editor.page(**{"with": "nothing"}).content.decode()
    assert "@media all" in editor.shows(scheme="dark")
    assert "@media not all" in editor.shows()


def test_the_preview_is_sandboxed_and_cannot_unsubscribe_a_real_customer(sits_down):
    editor = sits_down(template="review_request")
    with store_scope(editor.store.pk):
        OrderFactory(store=editor.store, number="A78")
    answer = editor.client.get(
        reverse(f"{STEM}_preview", args=["review_request", "en"]), {"with": "A78"}
    )
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert UNSUBSCRIBE in answer.content.decode()


def test_a_test_goes_to_oneself_as_typed_and_is_written_down(editor):
    answer = editor.presses("test", text__subject="Hooray")
    assert f"on its way to {editor.email}" in told(answer)
    with store_scope(editor.store.pk):
        mail = LocalMail.objects.get()
        assert AuditEntry.objects.filter(action="mail_copy.test", actor=editor.email).exists()
    assert mail.subject == "[Test] Hooray"
    assert mail.recipient == editor.email
    assert editor.versions() == []


def test_tests_are_limited(editor):
    for _ in range(20):
        editor.presses("test")
    assert "tests an hour are enough" in told(editor.presses("test"))
    with store_scope(editor.store.pk):
        assert LocalMail.objects.count() == 20


@pytest.mark.parametrize("role", [Membership.Role.AGENT, Membership.Role.VIEWER])
def test_agents_and_viewers_look_and_change_nothing(role, sits_down):
    editor = sits_down(role=role)
    page = editor.page().content.decode()
    assert "You may look" in page
    assert "Publish now" not in page
    assert "Your order is in." in editor.shows()
    for deed in ("publish", "preview", "keep", "test", "reset-all"):
        assert editor.presses(deed, text__subject="Mine").status_code == 403
    assert editor.versions() == editor.drafts() == []
    row = one_of_everything(editor.store)["engagement_messages.MailVersion"]
    url = reverse(f"{STEM}_restore", args=[row.pk])
    form = {"_store": editor.store.public_id.hex, "confirmed": "yes"}
    assert editor.client.post(url, form).status_code == 403


def test_a_marketer_may_publish(sits_down):
    editor = sits_down(role=Membership.Role.MARKETER)
    assert "is live" in told(editor.presses("publish", text__subject="Mine"))


def test_another_shops_words_and_orders_stay_its_own(editor, other_store):
    with store_scope(other_store.pk):
        OrderFactory(store=other_store, number="K1")
    publish_copy(
        store=other_store,
        template="order_confirmation",
        language="en",
        content={"subject": "Kontio only"},
        by="x@staff.example",
        now=store_now(other_store),
    )
    assert "Kontio only" not in editor.page().content.decode()
    assert "Kontio only" not in editor.shows(part="text")
    assert "There is no order" in editor.page(**{"with": "K1"}).content.decode()
    moved = editor.client.post(
        reverse(f"{STEM}_editor", args=["order_confirmation", "en"]),
        {"_store": other_store.public_id.hex, "deed": "publish", "text-subject": "Mine"},
    )
    assert moved.status_code == 409


@pytest.mark.parametrize("place", [("no_such", "en"), ("order_confirmation", "xx"), ("_x", "look")])
def test_there_is_no_page_for_what_is_no_mail(editor, place):
    for page in ("editor", "preview"):
        assert editor.client.get(reverse(f"{STEM}_{page}", args=place)).status_code == 404


def test_every_mail_opens_in_every_language_and_can_be_seen(editor):
    listed = editor.client.get(reverse(f"{STEM}_changelist")).content.decode()
    for template in (SHARED, *mail_keys()):
        for language in ("cs", "look"):
            editor.template, editor.language = template, language
            assert reverse(f"{STEM}_editor", args=[template, language]) in listed
            assert editor.page().status_code == 200
            assert 'role="presentation"' in editor.shows()


def test_the_list_says_what_is_the_shops_own_and_what_is_broken(editor):
    editor.presses("publish", text__subject="Mine")
    with store_scope(editor.store.pk):
        MailVersion.objects.update(broke_at=real_now(), broke_detail="“subject” came out empty.")
    page = editor.client.get(reverse(f"{STEM}_changelist")).content.decode()
    assert "yours, version 1" in page
    assert "came out empty" in page
    assert "came out empty" in editor.page().content.decode()
    home = editor.client.get(reverse("admin:index")).content.decode()
    assert "1 of your own mail texts cannot be used" in home
    editor.presses("reset-all")
    editor.presses("publish")
    home = editor.client.get(reverse("admin:index")).content.decode()
    assert "mail texts cannot be used" not in home


def test_words_of_all_mails_are_edited_once(sits_down):
    editor = sits_down(template=SHARED)
    editor.presses("publish", text__contact_title="Ask us anything")
    for template in ("order_confirmation", "birthday"):
        assert "Ask us anything" in sits_down(template=template).shows()
    assert Store.objects.get(pk=editor.store.pk).mail_copy_stamp
