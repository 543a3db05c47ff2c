"""A customer changes the address and cancels, in a real browser: by keyboard, and without a script."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from core.clock import real_now
from core.events import spine
from core.secrets import hash_token, new_token
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.delivery.accounts import LOCAL_MAILBOX
from engagement.portal.models import PortalSession
from orders.models import ChangeRequest, SelfServicePolicy
from tests.factories.orders import CustomerFactory, OrderFactory, OrderLineFactory

LANGUAGES = ["en", "cs", "sk", "sl", "fi"]
STEPS = ("cancel", "address", "phone", "note")


@pytest.fixture
def lipa(store: Store, settings) -> Store:
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    store.languages = LANGUAGES
    store.contact_email = "care@lipa.example"
    store.save()
    install_flows(store=store, now=real_now() - timedelta(days=9))
    return store


@pytest.fixture
def order(lipa: Store) -> SimpleNamespace:
    """An order of an hour ago, and the session of who placed it."""
    now = real_now()
    with store_scope(lipa.pk):
        jana = CustomerFactory(store=lipa, email="jana@mail.example", locale="en")
        row = OrderFactory(
            store=lipa,
            customer=jana,
            number="#1001",
            placed_at=now - timedelta(hours=1),
            payment_status="paid",
            shipping_address={"name": "Jana Nováková", "street": "Dlouhá 2", "country": "CZ"},
        )
        OrderLineFactory(store=lipa, order=row, title="Rose soap")
        SelfServicePolicy.objects.create(store=lipa, cancel_until="minutes", minutes=90)
        token = new_token()
        PortalSession.objects.create(
            store=lipa,
            token_hash=hash_token(token),
            customer=jana,
            created_at=now,
            last_seen_at=now,
            fresh_at=now,
            ends_at=now + timedelta(hours=1),
        )
    return SimpleNamespace(
        row=row, token=token, path=f"/portal/{lipa.slug}/orders/{row.public_id}/"
    )


@pytest.fixture
def come(visit, lipa, order):
    """Jana, logged in."""

    def inside(*, width: int = 390):
        visitor = visit(width=width)
        visitor.page.context.add_cookies(
            [{"name": f"p-in-{lipa.slug}", "value": order.token, "url": visitor.server}]
        )
        return visitor

    return inside


def test_address_and_cancellation_by_keyboard_alone(come, lipa, order):
    visitor = come()
    page = visitor.opens(order.path)
    keys = page.keyboard
    page.get_by_role("link", name="Change the address").focus()
    keys.press("Enter")
    page.get_by_label("Street and number").fill("Lipová 7")
    page.get_by_label("Postcode").fill("602 00")
    page.get_by_label("Town").fill("Brno")
    page.get_by_label("Town").press("Enter")
    page.get_by_text("Is everything right?").wait_for()
    page.get_by_role("button", name="Send it to this address").focus()
    keys.press("Enter")
    page.get_by_text("We have your request and are looking at it.").wait_for()
    page.get_by_role("link", name="Cancel the order").focus()
    keys.press("Enter")
    page.get_by_text(re.compile("This can be done until")).wait_for()
    page.get_by_role("button", name="Ask us to cancel it").focus()
    keys.press("Enter")
    page.get_by_role("heading", name="What you asked for").wait_for()
    assert page.get_by_role("link", name="Cancel the order").count() == 0
    spine.drain()
    with store_scope(lipa.pk):
        kinds = list(ChangeRequest.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["edit_address", "cancel"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1100])
def test_no_step_scrolls_sideways_or_is_too_small_to_press(come, order, language, width):
    visitor = come(width=width)
    for step in ("", *(f"change/{what}/" for what in STEPS)):
        page = visitor.opens(f"{order.path}{step}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert not visitor.scrolls_sideways()
        small = page.evaluate(
            """() => [...document.querySelectorAll('main a, main button, main input, main textarea')]
            .filter(e => e.type !== 'hidden' && getComputedStyle(e).display !== 'inline')
            .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([what]) => what)"""
        )
        assert small == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_step_has_a_barrier(come, order, language):
    visitor = come()
    for step in ("", *(f"change/{what}/" for what in STEPS)):
        visitor.opens(f"{order.path}{step}?lang={language}")
        assert visitor.barriers(least="minor") == []
