"""The dashboard as its users have it: logging in, every page, buttons, a phone's width."""

import pytest
from django.contrib import admin
from django.urls import reverse

from core.stores.models import User
from engagement.dashboard.base import StoreAdmin
from engagement.flows.models import Flow
from engagement.nav import PAGE_NAMES

LISTS = sorted(page for page in PAGE_NAMES if page != "stores_user")
KEY_PAGES = [
    ("orders_order", "orders.Order"),
    ("orders_customer", "orders.Customer"),
    ("orders_product", "orders.Product"),
    ("orders_return", "orders.Return"),
    ("engagement_messages_message", "engagement_messages.Message"),
    ("flows_flow", "flow"),
    ("stores_store", "stores.Store"),
    ("orders_inboundnotice", "orders.InboundNotice"),
]


def page_of(shop, page, label):
    return reverse(f"admin:{page}_change", args=[shop[label].pk])


def test_every_page_opens_without_a_word_from_the_console(enter, shop):
    visitor = enter()
    assert visitor.page.get_by_role("heading", name="Today").is_visible()
    for page in LISTS:
        visitor.opens(reverse(f"admin:{page}_changelist"))
    for model, page in admin.site._registry.items():
        if isinstance(page, StoreAdmin):
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            visitor.opens(page_of(shop, name, model._meta.label))


def test_nothing_scrolls_sideways_on_a_phone(enter, shop):
    visitor = enter(width=390)
    wide = [] if not visitor.scrolls_sideways() else ["home"]
    paths = [reverse(f"admin:{page}_changelist") for page in LISTS]
    paths += [page_of(shop, page, label) for page, label in KEY_PAGES]
    paths.append(page_of(shop, "engagement_messages_localmail", "engagement_messages.LocalMail"))
    for path in paths:
        visitor.opens(path)
        if visitor.scrolls_sideways():
            wide.append(path)
    assert wide == []


def test_a_mail_is_shown_in_both_widths(enter, shop):
    visitor = enter()
    page = visitor.opens(
        page_of(shop, "engagement_messages_localmail", "engagement_messages.LocalMail")
    )
    for title in ("The mail, 640 pixels wide", "The mail, 390 pixels wide"):
        frame = page.frame_locator(f'iframe[title="{title}"]')
        frame.get_by_text("Rich words").wait_for()


def test_a_flow_is_paused_and_resumed_by_clicking(enter, shop):
    visitor = enter()
    page = visitor.opens(page_of(shop, "flows_flow", "flow"))
    page.get_by_role("link", name="Pause").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Birthday is paused.").wait_for()
    flow = Flow._base_manager.get(pk=shop["flow"].pk)
    assert flow.status == Flow.Status.PAUSED
    page.get_by_role("link", name="Switch on").click()
    page.get_by_role("button", name="Switch on").click()
    page.get_by_text("Birthday is on.").wait_for()


def test_somebody_new_is_invited_and_enters(enter, visit, shop):
    visitor = enter()
    page = visitor.opens(reverse("admin:stores_membership_add"))
    page.get_by_label("E-mail").fill("petra@staff.example")
    page.get_by_role("button", name="Save", exact=True).click()
    link = page.get_by_label("Link").input_value()
    petra = visit()
    petra.opens(link.removeprefix(petra.server))
    assert petra.barriers() == []
    petra.page.locator("input[name=new_password1]").fill("words of her own")
    petra.page.locator("input[name=new_password2]").fill("words of her own")
    petra.page.get_by_role("button", name="Save and enter").click()
    petra.page.get_by_role("heading", name="Today").wait_for()
    assert User.objects.get(email="petra@staff.example").has_usable_password()


def test_the_login_form_is_reached_and_sent_by_keyboard(visit, shop):
    visitor = visit()
    page = visitor.opens("/admin/login/")
    page.keyboard.press("Tab") if not page.evaluate("document.activeElement.name") else None
    assert page.evaluate("document.activeElement.name") == "username"
    page.keyboard.type(shop["owner"].email)
    page.keyboard.press("Tab")
    page.keyboard.type("a long enough password")
    page.keyboard.press("Enter")
    page.wait_for_url(visitor.server + "/admin/")


@pytest.mark.parametrize("width", [1280, 390])
def test_key_pages_have_no_serious_barrier(enter, shop, width):
    visitor = enter(width=width)
    found = {"/admin/": visitor.barriers()}
    for page, label in KEY_PAGES:
        for path in (reverse(f"admin:{page}_changelist"), page_of(shop, page, label)):
            visitor.opens(path)
            found[path] = visitor.barriers()
    assert {path: words for path, words in found.items() if words} == {}
