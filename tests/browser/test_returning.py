"""Sending back in a real browser: an exchange, credit, withdrawal. By keyboard, and once without a script."""

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
from engagement.messages.models import LocalMail
from engagement.messages.operations.dispatch import drain_outbox
from engagement.portal.models import PortalSession
from orders.models import Return, Variant
from tests.factories.orders import (
    CustomerFactory,
    FulfillmentFactory,
    OrderFactory,
    OrderLineFactory,
)

LANGUAGES = ["en", "cs", "sk", "sl", "fi"]


@pytest.fixture
def lipa(store: Store, settings) -> Store:
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    store.languages, store.country = LANGUAGES, "CZ"
    store.contact_email, store.postal_address = "care@lipa.example", "Lipa s.r.o.\nLipová 1\nPraha"
    store.save()
    install_flows(store=store, now=real_now() - timedelta(days=9))
    return store


@pytest.fixture
def order(lipa: Store) -> SimpleNamespace:
    """Two soaps and a brush, here since the day before yesterday, and the session of who has them."""
    now = real_now()
    with store_scope(lipa.pk):
        jana = CustomerFactory(
            store=lipa, email="jana@mail.example", locale="en", first_name="Jana", last_name="Nová"
        )
        row = OrderFactory(
            store=lipa,
            customer=jana,
            number="#1001",
            email="jana@mail.example",
            placed_at=now - timedelta(days=6),
            payment_status="paid",
            currency=lipa.currency,
            total_minor=28000,
            fulfillment_status="delivered",
            delivered_at=now - timedelta(days=2),
            shipping_address={"name": "Jana Nová", "street": "Dlouhá 2", "country": "CZ"},
        )
        soap = OrderLineFactory(
            store=lipa,
            order=row,
            title="Rose soap",
            quantity=2,
            unit_price_minor=10000,
            total_minor=20000,
        )
        OrderLineFactory(
            store=lipa,
            order=row,
            title="Ash brush",
            unit_price_minor=8000,
            total_minor=8000,
            position=1,
        )
        Variant.objects.create(
            store=lipa,
            product=soap.product,
            source="generic",
            external_id="large",
            title="Large",
            price_minor=12000,
        )
        FulfillmentFactory(
            store=lipa,
            order=row,
            status="delivered",
            shipped_at=now - timedelta(days=4),
            delivered_at=now - timedelta(days=2),
        )
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


def press(page, role: str, name: str) -> None:
    """Focus it and press Enter (Space ticks a box): no mouse anywhere."""
    found = page.get_by_role(role, name=name)
    found.focus()
    page.keyboard.press("Space" if role in ("checkbox", "radio") else "Enter")


def the_return(lipa: Store) -> Return:
    with store_scope(lipa.pk):
        return Return.objects.get()


def mails(lipa: Store) -> list[str]:
    spine.drain()
    drain_outbox()
    with store_scope(lipa.pk):
        return [mail.subject for mail in LocalMail.objects.order_by("pk")]


def test_a_return_with_exchange_by_keyboard_alone(come, lipa, order):
    visitor = come()
    page = visitor.opens(order.path)
    press(page, "link", "Send something back")
    press(page, "button", "Continue")
    page.get_by_role("alert").get_by_text("Choose at least one thing").wait_for()
    visitor.complaints.clear()  # the console writes down that the answer was a 422
    press(page, "checkbox", "Rose soap")
    page.get_by_label("How many of 2?").fill("1")
    assert visitor.barriers(least="minor") == []
    press(page, "button", "Continue")
    page.get_by_label("Why does it come back?").select_option(label="Too small")
    press(page, "radio", "Exchange")
    page.get_by_label("Instead of Rose soap").select_option(index=1)
    assert visitor.barriers(least="minor") == []
    press(page, "button", "Continue")
    page.get_by_text("You pay on top").wait_for()
    assert visitor.barriers(least="minor") == []
    press(page, "radio", "With a label to print")
    press(page, "button", "Ask for this return")
    page.get_by_role("heading", name="You can send it back").wait_for()
    asked = the_return(lipa)
    page.get_by_text(asked.reference).first.wait_for()
    assert (asked.outcome, asked.way) == ("exchange", "label")
    assert visitor.barriers(least="minor") == []
    assert mails(lipa) == [f"Your return {asked.reference}: how to send it"]


def test_a_return_with_credit_without_a_script(chromium, live_server, settings, lipa, order):
    settings.SITE_URL = live_server.url
    context = chromium.new_context(
        viewport={"width": 390, "height": 900}, java_script_enabled=False
    )
    context.add_cookies(
        [{"name": f"p-in-{lipa.slug}", "value": order.token, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}{order.path}return/")
    page.get_by_role("checkbox", name="Ash brush").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Why does it come back?").select_option(label="I changed my mind")
    page.get_by_role("radio", name="Store credit").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("You get as credit").wait_for()
    page.get_by_role("button", name="Back").click()  # nothing is lost on the way back
    assert page.get_by_role("radio", name="Store credit").is_checked()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Ask for this return").click()
    asked = the_return(lipa)
    page.get_by_text(asked.reference).first.wait_for()
    assert (asked.outcome, asked.goods_minor, asked.bonus_minor) == ("credit", 8000, 400)
    page.get_by_role("button", name="Call the return off").click()
    page.get_by_role("heading", name="Called off").wait_for()
    context.close()


def test_a_withdrawal_without_an_account_by_keyboard(visit, lipa, order):
    visitor = visit(width=390)
    page = visitor.opens(f"/portal/{lipa.slug}/help/")
    assert visitor.barriers(least="minor") == []
    press(page, "link", "Withdraw from contract here")
    page.get_by_label("Your name").fill("Jana Nová")
    page.get_by_label("Order number").fill("1001")
    page.get_by_label("E-mail").fill("jana@mail.example")
    assert visitor.barriers(least="minor") == []
    page.get_by_label("E-mail").press("Enter")
    press(page, "button", "Confirm withdrawal")
    page.get_by_role("heading", name="We have your withdrawal").wait_for()
    assert visitor.barriers(least="minor") == []
    subjects = mails(lipa)
    assert subjects == [f"Receipt of your withdrawal {the_return(lipa).reference}"]


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_has_a_barrier_or_is_too_small_to_press(
    come, lipa, order, language, width
):
    visitor = come(width=width)
    for path in (
        order.path,
        f"{order.path}return/",
        f"{order.path}withdraw/",
        f"/portal/{lipa.slug}/withdraw/",
        f"/portal/{lipa.slug}/help/",
    ):
        page = visitor.opens(f"{path}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert not visitor.scrolls_sideways()
        assert visitor.barriers(least="minor") == []
        small = page.evaluate(
            """() => [...document.querySelectorAll('main a, main button, main input, main select')]
            .filter(e => e.type !== 'hidden' && getComputedStyle(e).display !== 'inline')
            .map(e => [e.outerHTML.slice(0, 80), (e.closest('label') || e).getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([what]) => what)"""
        )
        assert small == []
