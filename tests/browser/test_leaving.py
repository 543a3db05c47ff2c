"""The page behind the link in every mail, by clicking."""

import uuid

import pytest

from core.stores.scope import store_scope
from engagement.preferences.links import unsubscribe_url
from engagement.preferences.operations.unsubscribe import is_refused
from tests.factories.orders import CustomerFactory


@pytest.fixture
def jana(store):
    with store_scope(store.pk):
        return CustomerFactory(store=store, email="jana@mail.example")


@pytest.fixture
def link(store, jana, live_server, settings):
    settings.SITE_URL = live_server.url
    url = unsubscribe_url(store=store, customer_id=jana.pk, message_public_id=uuid.uuid4())
    return url.removeprefix(live_server.url)


def has_left(jana) -> bool:
    with store_scope(jana.store_id):
        return is_refused(customer=jana)


def test_looking_changes_nothing_and_one_press_leaves_and_comes_back(visit, link, jana):
    visitor = visit()
    page = visitor.opens(link)
    assert not has_left(jana)
    page.get_by_role("button", name="Unsubscribe").click()
    page.get_by_role("heading", name="Done. You are unsubscribed.").wait_for()
    assert has_left(jana)
    page.get_by_role("button", name="Yes, write to me again").click()
    page.get_by_role("heading", name="Welcome back.").wait_for()
    assert not has_left(jana)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_the_page_has_no_barrier_and_fits(visit, link, width, scheme):
    visitor = visit(width=width)
    visitor.page.emulate_media(color_scheme=scheme)
    page = visitor.opens(link)
    assert visitor.barriers() == []
    assert not visitor.scrolls_sideways()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Done. You are unsubscribed.").wait_for()
    assert visitor.barriers() == []
