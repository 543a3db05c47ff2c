"""The door keeps what is signed, refuses the rest, and does nothing else (W1, W5, W6, W11, W12)."""

import io
import random
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.stores.scope import store_scope
from orders.ingest.door import receive
from orders.ingest.sources import SOURCES
from orders.models import InboundNotice
from orders.operations.connect_source import rotate_secret
from tests.factories.senders import Connect, sign
from tests.orders.ingest.failing import failing

# PostgreSQL runs the INSERT by the name of its kept plan.
INSERT = "EXECUTE" if connection.vendor == "postgresql" else 'INTO "orders_inboundnotice'
ORDER = b'{"id": 1, "note": "P\xc5\x99\xc3\xadklad"}'


@pytest.mark.django_db(transaction=True)
def test_a_signed_delivery_is_committed_before_the_answer_with_two_queries(
    connect: Connect, unscoped, django_assert_num_queries
) -> None:
    sender = connect("shopify")
    with django_assert_num_queries(2):  # SELECT, INSERT
        answer = sender.shopify("orders/create", ORDER, delivery="d-1")
    assert answer.status_code == 200
    notice = InboundNotice.objects.get()
    assert (notice.source, notice.topic, bytes(notice.body)) == ("shopify", "orders/create", ORDER)
    assert notice.status == "waiting"
    assert notice.headers == {"x-shopify-topic": "orders/create", "x-shopify-webhook-id": "d-1"}


@given(bit=st.integers(0, len(ORDER) * 8 - 1), in_signature=st.booleans())
@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_a_single_flipped_bit_is_refused_and_nothing_is_stored(
    connect: Connect, unscoped, bit: int, in_signature: bool
) -> None:
    sender = connect("shopify", secret="hush-hush-hush")
    signature = sign(ORDER, "hush-hush-hush")
    body = bytearray(ORDER)
    if in_signature:
        place = bit % len(signature)
        flipped = chr(ord(signature[place]) ^ (1 << bit % 5))
        signature = signature[:place] + flipped + signature[place + 1 :]
        if any(ord(letter) < 33 for letter in signature):
            return  # would be trimmed away, or is no header at all
    else:
        body[bit // 8] ^= 1 << bit % 8
    answer = sender.post(
        bytes(body), {"X-Shopify-Topic": "orders/create", "X-Shopify-Hmac-Sha256": signature}
    )
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert not InboundNotice.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"X-Shopify-Hmac-Sha256": ""}, {"X-Shopify-Hmac": "x"}])
def test_a_missing_signature_is_refused(connect: Connect, unscoped, headers) -> None:
    assert connect("shopify").post(ORDER, headers).status_code == 401
    assert not InboundNotice.objects.exists()


def test_the_header_names_without_x_are_read_as_well(connect: Connect, unscoped) -> None:
    sender = connect("shopify")
    signature = sign(ORDER, sender.connection.secret)
    headers = {"Shopify-Topic": "orders/paid", "Shopify-Hmac-Sha256": signature}
    for _ in range(2):
        answer = sender.post(ORDER, {**headers, "Shopify-Webhook-Id": "one"})
        assert answer.status_code == 200
    assert InboundNotice.objects.get().topic == "orders/paid"


def test_a_repeat_of_the_same_delivery_is_answered_and_kept_once(connect, unscoped) -> None:
    sender = connect("shopify")
    answers = [sender.shopify("orders/create", ORDER, delivery="same") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert InboundNotice.objects.count() == 1


@pytest.mark.parametrize("source", ["shopify", "woocommerce"])
def test_none_of_ten_thousand_mutated_bodies_is_genuine(source: str) -> None:
    """The same check that the door asks, without the door, so that ten thousand cost a second."""
    chance = random.Random(source)
    header = {"shopify": "x-shopify-hmac-sha256", "woocommerce": "x-wc-webhook-signature"}[source]
    asked = partial(
        SOURCES[source].is_genuine,
        headers={header: sign(ORDER, "hush-hush-hush")},
        secrets=["hush-hush-hush"],
        now=clock.real_now(),
    )
    assert asked(body=ORDER)
    for _ in range(10_000):
        body = bytearray(ORDER)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(body))
            kind = chance.choice(["change", "insert", "drop"])
            body[place : place + (kind != "insert")] = (
                b"" if kind == "drop" else bytes([chance.randrange(256)])
            )
        assert bytes(body) == ORDER or not asked(body=bytes(body))


def test_both_secrets_count_while_one_replaces_the_other(connect, store, unscoped) -> None:
    sender = connect("shopify", secret="the old secret")
    moment = clock.now(store)
    with store_scope(store.pk):
        rotated = rotate_secret(
            store=store,
            source="shopify",
            secret="the new secret",
            overlap=timedelta(0),
            now=moment,
        )
    assert rotated.endpoint.previous_secret_until == moment + timedelta(hours=1)
    assert rotated.url == sender.connection.url
    for minutes, old_counts in ((0, True), (59, True), (61, False)):
        with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
            old = sender.shopify("orders/create", ORDER, secret="the old secret")
            new = sender.shopify("orders/create", ORDER, secret="the new secret")
        assert (old.status_code == 200, new.status_code) == (old_counts, 200)


def test_a_path_opens_one_source_of_one_store_only(connect: Connect, other_store, unscoped) -> None:
    ours, theirs = connect("shopify"), connect("shopify", to=other_store)
    swapped = ours.shopify("orders/create", ORDER, secret=theirs.connection.secret)
    assert swapped.status_code == 401
    elsewhere = ours.post(ORDER, {}, path=ours.path.replace("shopify", "generic"))
    unknown = ours.post(ORDER, {}, path="/hooks/shopify/guessed/")
    assert (elsewhere.status_code, unknown.status_code) == (404, 404)
    assert not InboundNotice.objects.exists()
    ours.shopify("orders/create", ORDER)
    assert InboundNotice.objects.get().store_id == ours.connection.endpoint.store_id


def test_an_endpoint_switched_off_is_gone(connect: Connect, unscoped) -> None:
    sender = connect("shopify")
    sender.connection.endpoint.is_active = False
    sender.connection.endpoint.save()
    assert sender.shopify("orders/create", ORDER).status_code == 404


def test_a_body_over_five_megabytes_is_refused(connect: Connect, unscoped) -> None:
    sender = connect("shopify")
    assert sender.shopify("orders/create", b" " * (5 * 1024 * 1024)).status_code == 200
    for size in (5 * 1024 * 1024 + 1, 7 * 1024 * 1024):
        answer = sender.shopify("orders/create", b" " * size)
        assert answer.status_code == 413
        assert answer.json()["status"] == 413
    assert InboundNotice.objects.count() == 1


def test_a_compressed_body_is_refused(connect: Connect) -> None:
    answer = connect("shopify").shopify("orders/create", ORDER, **{"Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_only_post_is_understood(connect: Connect, client: Client) -> None:
    assert client.get(connect("shopify").path).status_code == 405


@pytest.mark.parametrize("table", ["orders_webhookendpoint", INSERT])
def test_a_database_that_is_away_answers_503(connect: Connect, table: str) -> None:
    sender = connect("shopify")
    with failing(on=table, times=2):
        answer = sender.shopify("orders/create", ORDER)
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert "Retry-After" in answer.headers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["orders_webhookendpoint", INSERT])
def test_a_kept_connection_that_died_costs_the_sender_nothing(connect, unscoped, table) -> None:
    sender = connect("shopify")
    with failing(on=table, times=1):
        answer = sender.shopify("orders/create", ORDER)
    assert answer.status_code == 200
    assert InboundNotice.objects.count() == 1


def test_a_body_that_breaks_off_is_refused_in_words(connect: Connect, unscoped) -> None:
    sender = connect("shopify")

    class Broken(io.BytesIO):
        def read(self, *args: object) -> bytes:
            raise OSError("gone")

    request = RequestFactory().post(sender.path, b"x", content_type="application/json")
    request._stream = Broken()
    answer = receive(request, "shopify", sender.path.split("/")[3])
    assert answer.status_code == 400
    assert not InboundNotice.objects.exists()
