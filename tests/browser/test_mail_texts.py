"""The mail editor as shops have it: with a script and without, on a phone, by people who hear it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.stores.scope import store_scope
from engagement.messages.models import MailDraft, MailVersion

STEM = "admin:engagement_messages_mailversion"


def editor_of(*, template: str = "order_confirmation", language: str = "en") -> str:
    return reverse(f"{STEM}_editor", args=[template, language])


@pytest.fixture(autouse=True)
def no_words_yet(shop):
    """The factory's version goes, so that the shop begins with what is shipped."""
    with store_scope(shop["store"].pk):
        MailVersion.objects.all().delete()


def without_pictures(visitor):
    """Pictures of samples lie on hosts that are not there; the console would complain."""
    visitor.page.route("**/*.jpg*", lambda route: route.fulfill(status=200, body=b""))
    visitor.page.route("**/*.png*", lambda route: route.fulfill(status=200, body=b""))
    return visitor


def test_the_preview_follows_the_typing_and_values_go_in_at_a_press(enter, shop):
    visitor = without_pictures(enter())
    page = visitor.opens(editor_of())
    page.get_by_label("Heading").fill("Thank you, ")
    page.get_by_text("The customer", exact=True).click()
    page.get_by_role("button", name="{{ customer.first_name }}", exact=True).click()
    assert page.get_by_label("Heading").input_value() == "Thank you, {{ customer.first_name }}"
    for title in ("The mail, 640 pixels wide", "The mail, 390 pixels wide"):
        heading = page.frame_locator(f'iframe[title="{title}"]').get_by_role("heading", level=1)
        expect(heading).to_have_text("Thank you, Jana")
    with store_scope(shop["store"].pk):
        assert MailDraft.objects.get().content == {
            "heading": "Thank you, {{ customer.first_name }}"
        }
        assert not MailVersion.objects.exists()


def test_without_a_script_the_same_is_done_by_buttons(chromium, enter, shop):
    visitor = enter()
    state = visitor.page.context.storage_state()
    context = chromium.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(visitor.server + editor_of())
    page.get_by_label("Subject", exact=True).fill("Hooray {{ order.nmber }}")
    page.get_by_role("button", name="Publish now").click()
    assert "Did you mean “number”?" in page.content()
    page.get_by_label("Subject", exact=True).fill("Hooray {{ order.number }}")
    page.get_by_role("button", name="Keep draft, check and preview").click()
    frame = page.frame_locator('iframe[title="The mail\'s subject and text part"]')
    frame.get_by_text("Subject: Hooray 1042").wait_for()
    page.get_by_role("button", name="Publish now").click()
    page.get_by_text("Version 1 is live").wait_for()
    context.close()
    with store_scope(shop["store"].pk):
        assert MailVersion.objects.get().content == {"subject": "Hooray {{ order.number }}"}


@pytest.mark.parametrize("width", [1280, 390])
def test_no_serious_barrier_and_nothing_sideways(enter, shop, width):
    visitor = without_pictures(enter(width=width))
    page = visitor.opens(editor_of())
    page.get_by_label("Subject", exact=True).fill("FREE!! {{ order.nmber }}")
    page.get_by_role("button", name="Keep draft, check and preview").click()
    page.get_by_text("Did you mean").wait_for()
    page.get_by_text("Compare with the shipped words").first.click()
    found = {"draft": visitor.barriers()}
    assert not visitor.scrolls_sideways()
    page.get_by_label("Subject", exact=True).fill("Hooray")
    page.get_by_role("button", name="Publish now").click()
    page.get_by_text("Version 1 is live").wait_for()
    with store_scope(shop["store"].pk):
        version = MailVersion.objects.get()
    for path in (
        editor_of(),
        editor_of(language="look"),
        editor_of(template="_shared", language="look"),
        reverse(f"{STEM}_changelist"),
        reverse(f"{STEM}_change", args=[version.pk]),
    ):
        visitor.opens(path)
        found[path] = visitor.barriers()
        assert not visitor.scrolls_sideways(), path
    assert {path: words for path, words in found.items() if words} == {}
