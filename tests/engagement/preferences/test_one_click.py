"""One-click unsubscribe (RFC 8058) and the page behind the link: rows E2–E4 of the reliability rules."""

import base64
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.clock import real_now
from core.events.models import EventRow
from core.stores.scope import every_store, store_scope
from engagement.preferences.links import read_token, unsubscribe_token, unsubscribe_url
from engagement.preferences.models import Consent, Suppression
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.queries import marketing_bases, suppressed
from tests.factories.orders import CustomerFactory

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
MESSAGE = uuid.UUID(int=7)


@pytest.fixture
def customer(in_store):
    customer = CustomerFactory(store=in_store, order_count=1)
    record_consent(
        customer_id=customer.pk,
        basis="explicit",
        source="checkout",
        wording="Yes, write to me.",
        stated_at=real_now() - timedelta(days=30),
        now=real_now(),
    )
    return customer


@pytest.fixture
def address(in_store, customer) -> str:
    url = unsubscribe_url(store=in_store, customer_id=customer.pk, message_public_id=MESSAGE)
    return url.removeprefix("http://127.0.0.1:8000")


def footprint() -> tuple[int, int, int]:
    with every_store():
        return Consent.objects.count(), Suppression.objects.count(), EventRow.objects.count()


def has_left(customer) -> bool:
    with store_scope(customer.store_id):
        bases = marketing_bases(customer_ids=[customer.pk], store=customer.store, now=real_now())
        return bases[customer.pk] == "none" and suppressed(emails=[customer.email]) == {
            customer.email: "marketing"
        }


def multipart(pairs: dict[str, str]) -> tuple[bytes, str]:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in pairs.items()
    ]
    return ("".join(parts) + "--edge--\r\n").encode(), "multipart/form-data; boundary=edge"


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
@pytest.mark.parametrize("slash", ["/", ""])
def test_a_providers_post_unsubscribes_at_once_without_cookie_token_or_redirect(
    customer, address, encoding, slash
):
    client = Client(enforce_csrf_checks=True)
    where = address.rstrip("/") + slash
    if encoding == "multipart":
        body, content_type = multipart(ONE_CLICK)
        answer = client.post(where, body, content_type=content_type)
    else:
        answer = client.post(
            where,
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
    assert answer.status_code == 200
    assert not answer.cookies
    assert has_left(customer)
    newest = customer.consents.order_by("-stated_at").first()
    assert newest.source == f"one_click:{MESSAGE.hex}"


def test_a_hundred_looks_change_nothing(client, customer, address):
    before = footprint()
    for _ in range(50):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert footprint() == before
    assert not has_left(customer)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused_and_change_nothing(client, customer, address, method):
    before = footprint()
    assert getattr(client, method)(address).status_code == 405
    assert footprint() == before


def test_a_person_presses_the_button_and_may_come_back(customer, address):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address).content.decode()
    assert "No more offers and reminders?" in page
    left = client.post(address, {"action": "unsubscribe"}).content.decode()
    assert "Done. You are unsubscribed." in left
    assert has_left(customer)
    back = client.post(address, {"action": "resubscribe"}).content.decode()
    assert "Welcome back." in back
    with store_scope(customer.store_id):
        yes = customer.consents.order_by("-stated_at").first()
        assert (yes.basis, yes.source) == ("explicit", "preferences_page")
        assert "offers, tips and reminders from Lipa" in yes.wording
        assert suppressed(emails=[customer.email]) == {}
        assert marketing_bases(
            customer_ids=[customer.pk], store=customer.store, now=real_now() + timedelta(seconds=1)
        ) == {customer.pk: "explicit"}


def test_a_second_post_is_answered_the_same_and_recorded_once(client, customer, address):
    client.post(address, ONE_CLICK)
    once = footprint()
    assert client.post(address, ONE_CLICK).status_code == 200
    assert footprint() == once
    with every_store():
        assert EventRow.objects.filter(name="customer.unsubscribed").count() == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"something=else", "application/x-www-form-urlencoded"),
        (b"--broken", "multipart/form-data; boundary=edge"),
        (b"{}", "application/json"),
    ],
)
def test_a_post_that_says_nothing_clear_unsubscribes(client, customer, address, body, content_type):
    assert client.post(address, body, content_type=content_type).status_code == 200
    assert has_left(customer)


def test_the_link_works_after_years_and_opens_with_an_old_key(settings, customer, in_store):
    token = unsubscribe_token(store=in_store, customer_id=customer.pk, message_public_id=MESSAGE)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, long enough for anybody to trust it with links"
    reader = read_token(token)
    assert reader is not None
    assert (reader.store_id, reader.customer_id) == (in_store.pk, customer.pk)
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(token) is None


def test_the_link_names_nobody(customer, address):
    assert customer.email not in address
    assert len(address) == len("/u/") + 64 + 1


@pytest.mark.parametrize("position", [0, 1, 31, 40, 63])
def test_one_changed_letter_is_a_forgery_and_answered_like_any_other(client, address, position):
    token = address.strip("/").split("/")[1]
    swapped = "A" if token[position] != "A" else "B"
    forged = token[:position] + swapped + token[position + 1 :]
    before = footprint()
    answers = [
        client.post(f"/u/{wrong}/", ONE_CLICK)
        for wrong in (forged, "A" * 64, "short", token + "AAAA")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert footprint() == before


@given(st.binary(min_size=48, max_size=48))
def test_random_bytes_are_never_a_link(raw):
    assert read_token(base64.urlsafe_b64encode(raw).decode()) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_crash(text):
    assert read_token(text) is None


def test_a_link_of_one_store_does_not_reach_anothers_customer(client, in_store, other_store):
    with store_scope(other_store.pk):
        stranger = CustomerFactory(store=other_store)
    token = unsubscribe_token(store=in_store, customer_id=stranger.pk, message_public_id=MESSAGE)
    assert client.post(f"/u/{token}/", ONE_CLICK).status_code == 404
    assert footprint()[:2] == (0, 0)


def test_the_page_keeps_to_the_strict_policy_and_shows_the_brand(client, address, in_store):
    answer = client.get(address)
    page = answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "style=" not in page
    assert "<script" not in page
    assert '<html lang="en">' in page
    assert answer["Cache-Control"].find("no-store") >= 0
    brand = client.get(f"/u/brand/{in_store.public_id}.css")
    assert in_store.color_primary in brand.content.decode()
