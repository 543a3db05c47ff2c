"""Export and erasure in a real browser: by keyboard alone, and once without any script."""

import io
import re
import zipfile
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.clock import real_now
from core.events import spine
from core.secrets import hash_token, new_token
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.chores import meet_demands
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.delivery.accounts import LOCAL_MAILBOX
from engagement.messages.models import LocalMail
from engagement.messages.operations.dispatch import drain_outbox
from engagement.portal.models import PortalSession
from orders.models import Customer, CustomerAddress, PrivacyRequest
from tests.factories.orders import CustomerFactory, OrderFactory

LANGUAGES = ["en", "cs", "sk", "sl", "fi"]
PAGES = (
    *("profile/", "profile/you/", "profile/birthday/", "profile/address/"),
    *("privacy/", "privacy/copy/", "privacy/erase/"),
)


@pytest.fixture
def jana(store: Store, settings, tmp_path: Path) -> SimpleNamespace:
    """Jana, an order of hers, and her session."""
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    settings.MEDIA_ROOT = tmp_path
    store.languages = LANGUAGES
    store.contact_email = "care@lipa.example"
    store.save()
    now = real_now()
    install_flows(store=store, now=now - timedelta(days=9))
    with store_scope(store.pk):
        customer = CustomerFactory(store=store, email="jana@mail.example", locale="en")
        OrderFactory(store=store, customer=customer, number="#1001", placed_at=now)
        CustomerAddress.objects.create(
            store=store,
            customer=customer,
            fingerprint="home",
            lines={"name": "Jana Nováková", "street": "Dlouhá " * 9, "city": "Praha"},
            last_used_at=now,
        )
        token = new_token()
        PortalSession.objects.create(
            store=store,
            token_hash=hash_token(token),
            customer=customer,
            created_at=now,
            last_seen_at=now,
            fresh_at=now,
            ends_at=now + timedelta(hours=1),
        )
    return SimpleNamespace(
        store=store, customer=customer, token=token, path=f"/portal/{store.slug}/"
    )


@pytest.fixture
def come(visit, jana):
    """Jana, logged in."""

    def inside(*, width: int = 390, script: bool = True):
        visitor = visit(width=width, script=script)
        visitor.page.context.add_cookies(
            [{"name": f"p-in-{jana.store.slug}", "value": jana.token, "url": visitor.server}]
        )
        return visitor

    return inside


def newest_link(kind: str) -> str:
    """The path of that link in the newest mail, after everything owed has run."""
    meet_demands()
    spine.drain()
    drain_outbox()
    with every_store():
        mime = message_from_bytes(bytes(LocalMail.objects.latest("pk").mime), policy=default)
    text = mime.get_body(("plain",)).get_content()
    found = re.search(rf"https?://[^/\s]+(/portal/\S+/privacy/{kind}/\S+)", text)
    assert found, text
    return found[1]


@pytest.mark.parametrize("script", [True, False])
def test_a_copy_by_keyboard_alone_and_without_a_script(come, jana, script):
    visitor = come(script=script)
    page = visitor.opens(jana.path + "profile/")
    keys = page.keyboard
    page.get_by_role("link", name="Your data: a copy").focus()
    keys.press("Enter")
    page.get_by_role("link", name="Get a copy").focus()
    keys.press("Enter")
    page.get_by_role("button", name="Make the copy").focus()
    keys.press("Enter")
    page.get_by_text("Your copy is being made").wait_for()
    page = visitor.opens(newest_link("copy"))
    page.get_by_role("button", name="Download the file").focus()
    with page.expect_download() as arriving:
        keys.press("Enter")
    packed = Path(arriving.value.path()).read_bytes()
    assert "jana@mail.example" in zipfile.ZipFile(io.BytesIO(packed)).read("data.json").decode()


@pytest.mark.parametrize("script", [True, False])
def test_an_erasure_by_keyboard_alone_and_without_a_script(come, jana, script):
    visitor = come(script=script)
    page = visitor.opens(jana.path + "privacy/")
    keys = page.keyboard
    page.get_by_role("link", name="Erase my data").focus()
    keys.press("Enter")
    page.get_by_label("I know what goes and what stays").focus()
    keys.press("Space")
    page.get_by_role("button", name="Erase my data").focus()
    keys.press("Enter")
    page.get_by_text("Your data will be erased on").wait_for()
    link = newest_link("keep")
    page = visitor.opens(link)  # thinks better of it, and then again
    page.get_by_role("button", name="Keep my data").focus()
    keys.press("Enter")
    page.get_by_role("heading", name="Nothing is erased").wait_for()
    page = visitor.opens(jana.path + "privacy/erase/")
    page.get_by_label("I know what goes and what stays").check()
    page.get_by_role("button", name="Erase my data").click()
    page.get_by_text("Your data will be erased on").wait_for()
    with store_scope(jana.store.pk):
        PrivacyRequest.objects.update(starts_at=real_now())
    meet_demands()
    page = visitor.opens(jana.path + "profile/")
    page.get_by_role("heading", name="Find your order").wait_for()
    with store_scope(jana.store.pk):
        assert Customer.objects.get().email is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1100])
def test_no_page_about_them_has_a_barrier_or_scrolls_sideways(come, jana, language, width):
    visitor = come(width=width)
    for path in PAGES:
        page = visitor.opens(f"{jana.path}{path}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert visitor.barriers(least="minor") == []
        assert not visitor.scrolls_sideways()
