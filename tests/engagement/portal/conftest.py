"""A customer with an order, their mailbox, and browsers that keep cookies."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client

from core.events import spine
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.delivery.accounts import LOCAL_MAILBOX
from engagement.messages.models import LocalMail
from engagement.messages.operations.dispatch import drain_outbox
from tests.conftest import NOON
from tests.factories.orders import CustomerFactory, OrderFactory, OrderLineFactory


@pytest.fixture(autouse=True)
def local_mailbox(settings) -> None:
    settings.EMAIL_BACKEND = LOCAL_MAILBOX


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def shop(store: Store, clock: time_machine.Traveller) -> Store:
    install_flows(store=store, now=NOON)
    return store


@pytest.fixture
def jana(shop: Store) -> SimpleNamespace:
    """Jana Nováková, who ordered a soap."""
    with store_scope(shop.pk):
        customer = CustomerFactory(store=shop, email="jana@mail.example", locale="en")
        order = OrderFactory(
            store=shop,
            customer=customer,
            number="#1001",
            placed_at=NOON,
            payment_status="paid",
            paid_at=NOON,
            shipping_address={"name": "Jana Nováková", "street": "Dlouhá 2", "city": "Praha"},
        )
        line = OrderLineFactory(store=shop, order=order, title="Rose soap")
    return SimpleNamespace(customer=customer, order=order, line=line)


@pytest.fixture
def mailbox(shop: Store) -> Callable[[], list[LocalMail]]:
    """What reached anybody's mailbox so far, after everything that was owed has run."""

    def look() -> list[LocalMail]:
        spine.drain()
        drain_outbox()
        with every_store():
            return list(LocalMail.objects.order_by("pk"))

    return look


@pytest.fixture
def ask(shop: Store) -> Callable[..., Client]:
    """A browser that asks to be let in; its last answer is `client.answer`."""

    def asked(number: str = "1001", email: str = "jana@mail.example", client=None) -> Client:
        client = client or Client()
        client.answer = client.post(
            f"/portal/{shop.slug}/", {"order_number": number, "email": email}
        )
        return client

    return asked


@pytest.fixture
def link_and_digits(mailbox) -> Callable[[], tuple[str, str]]:
    """Path of the link, and the digits, in the newest mail."""

    def read() -> tuple[str, str]:
        mime = message_from_bytes(bytes(mailbox()[-1].mime), policy=default)
        text = mime.get_body(("plain",)).get_content()
        path = re.search(r"https?://[^/\s]+(/portal/\S+/enter/\S+)", text)
        digits = re.search(r"\b(\d{3})\s?(\d{3})\b", text.replace("\u00a0", " "))
        assert path, text
        assert digits, text
        return path[1], digits[1] + digits[2]

    return read


@pytest.fixture
def inside(shop: Store, jana, ask, link_and_digits) -> Client:
    """Jana's browser after she has logged in."""
    client = ask()
    path, _digits = link_and_digits()
    assert client.post(path).status_code == 302
    return client
