"""The customer's pages in a real browser: in by the digits, by keyboard alone, and without barriers."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace

import pytest

from core.clock import real_now
from core.events import spine
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.delivery.accounts import LOCAL_MAILBOX
from engagement.messages.models import LocalMail
from engagement.messages.operations.dispatch import drain_outbox
from orders.links import order_token
from orders.models import Fulfillment, FulfillmentLine, TrackingEvent
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
    store.languages = LANGUAGES
    store.phone = "+420 200 000 123"
    store.contact_email = "care@lipa.example"
    store.site_url = "https://lipa.example"
    store.save()
    install_flows(store=store, now=real_now() - timedelta(days=9))
    return store


@pytest.fixture
def order(lipa: Store) -> SimpleNamespace:
    """Two parcels of one order: one arrived, one is on its way."""
    now = real_now()
    with store_scope(lipa.pk):
        jana = CustomerFactory(store=lipa, email="jana@mail.example", locale="en")
        row = OrderFactory(
            store=lipa,
            customer=jana,
            number="#1001",
            placed_at=now - timedelta(days=3),
            payment_status="paid",
            fulfillment_status="fulfilled",
            discount_minor=5000,
            discounts=[{"code": "TEN", "amount_minor": 5000}],
            shipping_address={"name": "Jana Nováková", "street": "Dlouhá 2", "city": "Praha"},
        )
        line = OrderLineFactory(store=lipa, order=row, title="Rose soap " * 12)
        for number, status in enumerate(("shipped", "delivered")):
            parcel = FulfillmentFactory(
                store=lipa,
                order=row,
                status=status,
                carrier="PPL",
                tracking_number=f"Z{number}" * 20,
                tracking_url="https://ppl.example/z",
                shipped_at=now - timedelta(days=1),
                estimated_at=now + timedelta(days=2),
                delivered_at=now if status == Fulfillment.Status.DELIVERED else None,
            )
            FulfillmentLine.objects.create(
                store=lipa, fulfillment=parcel, order_line=line, quantity=1
            )
            TrackingEvent.objects.create(
                store=lipa,
                fulfillment=parcel,
                source="generic",
                tracking_number=parcel.tracking_number,
                key="1",
                kind="in_transit",
                message="Sorted",
                place="Jažlovice",
                happened_at=now,
                received_at=now,
            )
    return SimpleNamespace(row=row, path=f"/portal/{lipa.slug}/o/{order_token(order=row)}/")


@pytest.fixture
def digits() -> Callable[[], str]:
    """The six digits of the newest mail."""

    def read() -> str:
        spine.drain()
        drain_outbox()
        with every_store():
            mime = message_from_bytes(bytes(LocalMail.objects.latest("pk").mime), policy=default)
        found = re.search(r"\b(\d{3})\s?(\d{3})\b", mime.get_body(("plain",)).get_content())
        assert found
        return found[1] + found[2]

    return read


def test_in_by_keyboard_alone_with_number_email_and_digits(visit, lipa, order, digits):
    visitor = visit(width=390)
    page = visitor.opens(f"/portal/{lipa.slug}/")
    keys = page.keyboard
    page.get_by_label("Order number").focus()
    keys.type("1001")
    keys.press("Tab")
    keys.type("jana@mail.example")
    keys.press("Enter")
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    assert visitor.barriers(least="minor") == []
    page.get_by_label("The six digits").focus()
    keys.type(digits())
    keys.press("Enter")
    page.get_by_role("heading", name="Your orders").wait_for()
    assert visitor.barriers(least="minor") == []
    page.get_by_role("link", name="Order #1001").focus()
    keys.press("Enter")
    page.get_by_role("heading", name=re.compile("^Arriving ")).wait_for()
    page.get_by_role("button", name="Log out").focus()
    keys.press("Enter")
    page.get_by_role("heading", name="Find your order").wait_for()


def test_a_mistake_is_told_beside_its_field(visit, lipa, order):
    visitor = visit(width=390)
    page = visitor.opens(f"/portal/{lipa.slug}/")
    page.get_by_label("E-mail").fill("jana@")
    visitor.complaints.clear()
    page.get_by_role("button", name="Send me the mail").click()
    page.get_by_text("This is no e-mail address").wait_for()
    assert visitor.barriers(least="minor") == []
    visitor.complaints.clear()  # a browser complains of every 422


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_or_scrolls_sideways(visit, lipa, order, language, width, scheme):
    visitor = visit(width=width)
    visitor.page.emulate_media(color_scheme=scheme)
    gift = order_token(order=order.row, audience="recipient")
    for path in (order.path, f"/portal/{lipa.slug}/o/{gift}/", f"/portal/{lipa.slug}/"):
        page = visitor.opens(f"{path}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert visitor.barriers(least="minor") == []
        assert not visitor.scrolls_sideways()


@pytest.mark.parametrize("width", [390, 1100])
def test_twice_as_large_letters_stay_on_the_page(visit, order, width):
    visitor = visit(width=width)
    page = visitor.opens(order.path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not visitor.scrolls_sideways()


def test_what_can_be_pressed_is_large_enough(visit, order):
    """24 by 24 CSS pixels, but for links inside a sentence (WCAG 2.5.8)."""
    page = visit(width=390).opens(order.path)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
        .filter(e => !e.classList.contains('skip') && getComputedStyle(e).display !== 'inline')
        .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([what]) => what)"""
    )
    assert small == []
