"""A yes that must be confirmed: one mail, one page, one press; and who need not be asked."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from core.clock import real_now
from core.events import spine
from core.links import seal
from core.stores.scope import every_store, store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import LocalMail
from engagement.messages.operations.dispatch import drain_outbox
from engagement.preferences.confirm_links import PURPOSE, read_confirm_token
from engagement.preferences.models import Consent
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.queries import marketing_bases
from engagement.travel import LOCAL_MAILBOX
from orders.events import CustomerConsentStated
from tests.factories.orders import CustomerFactory

WORDS = "Ja, schickt mir eure Angebote."


@pytest.fixture
def shop(store, settings):
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    install_flows(store=store, now=real_now() - timedelta(days=9))
    return store


@pytest.fixture
def says_yes(shop):
    """Somebody of that country agrees at the checkout, and everything that follows is done."""

    def said(country="DE", *, origin="live", wording=WORDS, customer=None, at=None):
        at = at or real_now()
        with store_scope(shop.pk):
            customer = customer or CustomerFactory(store=shop, country=country, locale="en")
            with transaction.atomic():
                spine.record(
                    news=CustomerConsentStated(
                        customer.pk, "explicit", "shopify", wording, at.isoformat()
                    ),
                    store_id=shop.pk,
                    subject=f"customer:{customer.pk}",
                    key=f"{customer.pk}:{at.isoformat()}",
                    occurred_at=at,
                    origin=origin,
                    now=real_now(),
                )
        spine.drain()
        drain_outbox()
        return customer

    return said


def basis_of(customer) -> str:
    with store_scope(customer.store_id):
        later = real_now() + timedelta(seconds=1)
        return marketing_bases(customer_ids=[customer.pk], store=customer.store, now=later)[
            customer.pk
        ]


def mails() -> list[str]:
    with every_store():
        raw = [bytes(one.mime).decode() for one in LocalMail.objects.order_by("pk")]
    return [re.sub(r"=\r?\n", "", one) for one in raw]


def link_in(mail: str) -> str:
    return re.search(r"http://127\.0\.0\.1:8000(/u/confirm/[\w-]+/)", mail)[1]


def test_a_german_yes_counts_once_the_button_was_pressed(says_yes):
    jana = says_yes("DE")
    assert basis_of(jana) == "none"
    [mail] = mails()
    link = link_in(mail)
    client = Client(enforce_csrf_checks=True)
    for _ in range(20):
        page = client.get(link)
        assert (page.status_code, client.head(link).status_code) == (200, 200)
    assert "Was it you?" in page.content.decode()
    assert WORDS in page.content.decode()
    assert basis_of(jana) == "none"
    assert "It is confirmed" in client.post(link).content.decode()
    assert basis_of(jana) == "explicit"
    with every_store():
        asked, yes = Consent.objects.order_by("pk")
    assert (asked.basis, yes.basis) == ("pending", "explicit")
    assert (yes.wording, yes.source) == (WORDS, "double_opt_in")
    assert yes.evidence["confirms"] == asked.pk
    assert yes.evidence["asked_where"] == "shopify"


def test_a_second_press_is_answered_the_same_and_recorded_once(says_yes):
    says_yes("DE")
    link = link_in(mails()[0])
    pages = [Client().post(link).content for _ in range(3)]
    assert len(set(pages)) == 1
    with every_store():
        assert Consent.objects.filter(basis="explicit").count() == 1


def test_whoever_left_after_confirming_is_not_brought_back_by_the_old_link(says_yes):
    jana = says_yes("DE")
    link = link_in(mails()[0])
    Client().post(link)
    with store_scope(jana.store_id):
        unsubscribe(customer_id=jana.pk, source="test", now=real_now())
    Client().post(link)
    assert basis_of(jana) == "none"


# Country, the store's choice, told live or imported, wording → must it be confirmed? By hand.
TABLE = [
    ("DE", "by_law", "live", WORDS, True),
    ("AT", "by_law", "live", WORDS, True),
    ("CZ", "by_law", "live", WORDS, False),
    ("US", "by_law", "live", WORDS, False),
    ("CZ", "always", "live", WORDS, True),
    ("DE", "never", "live", WORDS, False),
    ("DE", "by_law", "import", WORDS, False),
    ("DE", "by_law", "live", "Shopify opt-in level: confirmed_opt_in", False),
    ("DE", "by_law", "live", "Shopify opt-in level: single_opt_in", True),
]


@pytest.mark.parametrize(("country", "choice", "origin", "wording", "asks"), TABLE)
def test_who_must_confirm(says_yes, shop, country, choice, origin, wording, asks):
    shop.double_opt_in = choice
    shop.save()
    jana = says_yes(country, origin=origin, wording=wording)
    assert basis_of(jana) == ("none" if asks else "explicit")
    assert len(mails()) == int(asks)


def test_who_has_agreed_before_is_not_asked_again(says_yes):
    jana = says_yes("DE")
    Client().post(link_in(mails()[0]))
    says_yes("DE", customer=jana, at=real_now() + timedelta(seconds=2))
    assert basis_of(jana) == "explicit"
    assert len(mails()) == 1


def test_an_address_typed_a_hundred_times_gets_one_mail_a_day(says_yes):
    jana = says_yes("DE")
    for second in range(1, 6):
        says_yes("DE", customer=jana, at=real_now() + timedelta(seconds=second))
    assert len(mails()) == 1


def test_after_thirty_days_the_page_says_so_and_nothing_is_sent(says_yes):
    jana = says_yes("DE")
    link = link_in(mails()[0])
    with time_machine.travel(real_now() + timedelta(days=31)):
        answer = Client().post(link)
    assert answer.status_code == 410
    assert "This link is too old" in answer.content.decode()
    assert basis_of(jana) == "none"


def test_forged_links_are_answered_alike_and_change_nothing(says_yes, other_store):
    jana = says_yes("DE")
    store_id, consent_id = read_confirm_token(link_in(mails()[0]).split("/")[3])
    of_another_store = seal(
        purpose=PURPOSE,
        plain=other_store.pk.to_bytes(8, "big") + consent_id.to_bytes(8, "big"),
    )
    of_nobody = seal(
        purpose=PURPOSE, plain=(2**60).to_bytes(8, "big") + consent_id.to_bytes(8, "big")
    )
    other_purpose = seal(
        purpose="login", plain=store_id.to_bytes(8, "big") + consent_id.to_bytes(8, "big")
    )
    for token in (of_another_store, of_nobody, other_purpose, "x", "A" * 60):
        answer = Client().post(f"/u/confirm/{token}/")
        assert answer.status_code == 404
        assert "The link is not complete" in answer.content.decode()
    assert basis_of(jana) == "none"
