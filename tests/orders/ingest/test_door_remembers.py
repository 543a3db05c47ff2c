"""A process remembers whom it knows, and nothing is kept or refused on its memory alone (W1, W5, W6)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import InboundNotice, WebhookEndpoint
from orders.operations.connect_source import rotate_secret
from tests.factories.senders import Connect, Sender
from tests.orders.ingest.failing import failing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ORDER = b'{"id": 1, "note": "P\xc5\x99\xc3\xadklad \\\\ %s"}'
# What tells two deliveries of the same bytes apart, whichever way they were kept.
OF_EACH = {"id", "public_id", "dedup_key", "headers", "received_at", "due_at"}


@pytest.fixture
def known(connect: Connect, unscoped: None) -> Sender:
    """A sender of whom this process, and its connection, have heard before."""
    sender = connect("shopify")
    for delivery in ("first", "second"):
        assert sender.shopify("orders/create", ORDER, delivery=delivery).status_code == 200
    return sender


def kept() -> list[str]:
    return [
        notice.headers["x-shopify-webhook-id"] for notice in InboundNotice.objects.order_by("id")
    ]


def test_a_known_sender_costs_one_statement_and_its_rows_are_like_any_other(
    known: Sender, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        answer = known.shopify("orders/create", ORDER, delivery="third")
    assert answer.json() == {"status": "kept"}
    slow, *fast = InboundNotice.objects.order_by("id").values()
    assert len(fast) == 2
    for row in fast:
        assert bytes(row.pop("body")) == ORDER
        assert row["received_at"] <= row["due_at"]
        assert row["headers"].keys() == slow["headers"].keys()
        told = {name: value for name, value in row.items() if name not in OF_EACH}
        assert told == {name: slow[name] for name in told}
    assert len({row["public_id"] for row in [slow, *fast]}) == 3


def test_a_repeat_from_a_known_sender_is_answered_and_kept_once(known: Sender) -> None:
    answers = [known.shopify("orders/create", ORDER, delivery="second") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert kept() == ["first", "second"]


def test_a_secret_changed_by_another_process_counts_at_once(known: Sender, store: Store) -> None:
    with store_scope(store.pk):
        rotate_secret(
            store=store,
            source="shopify",
            secret="the new secret",
            overlap=timedelta(hours=1),
            now=clock.now(store),
        )
    old, new = known.connection.secret, "the new secret"
    for number, secret in enumerate((new, old)):
        answer = known.shopify("orders/create", ORDER, secret=secret, delivery=f"over {number}")
        assert answer.status_code == 200
    WebhookEndpoint.objects.update(previous_secret_until=clock.now(store))
    assert known.shopify("orders/create", ORDER, secret=old, delivery="late").status_code == 401
    assert known.shopify("orders/create", ORDER, secret=new, delivery="new").status_code == 200
    assert kept() == ["first", "second", "over 0", "over 1", "new"]


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"path_hash": "of another address"}], ids=["off", "moved"]
)
def test_an_endpoint_that_is_gone_keeps_nothing(known: Sender, change: dict[str, Any]) -> None:
    WebhookEndpoint.objects.update(**change)
    assert known.shopify("orders/create", ORDER, delivery="late").status_code == 404
    assert kept() == ["first", "second"]


def test_an_endpoint_switched_off_between_the_check_and_the_insert_keeps_nothing(
    known: Sender,
) -> None:
    """The signature was found good; another process is a moment faster than our INSERT."""

    def execute(go, sql, params, many, context):
        if sql.startswith("EXECUTE"):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE orders_webhookendpoint SET is_active = false")
        return go(sql, params, many, context)

    with connection.execute_wrapper(execute):
        answer = known.shopify("orders/create", ORDER, delivery="late")
    assert answer.status_code == 404
    assert kept() == ["first", "second"]


def test_a_shop_whose_clock_was_moved_keeps_its_own_time(known: Sender, store: Store) -> None:
    Store.objects.update(is_demo=True, clock_offset=timedelta(days=-30))
    for _ in range(2):
        known.shopify("orders/create", ORDER)
    store.refresh_from_db()
    for notice in InboundNotice.objects.order_by("id")[2:]:
        assert abs(notice.received_at - clock.now(store)) < timedelta(minutes=1)


def test_a_known_sender_is_told_when_the_database_is_away(known: Sender) -> None:
    with failing(on="EXECUTE", times=2):
        answer = known.shopify("orders/create", ORDER, delivery="late")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert kept() == ["first", "second"]


def test_a_kept_connection_that_died_costs_a_known_sender_nothing(known: Sender) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    assert known.shopify("orders/create", ORDER, delivery="third").status_code == 200
    assert kept() == ["first", "second", "third"]
