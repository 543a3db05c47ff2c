"""`POST /api/v1/events`: a result per item, safe to send again, every error a problem body."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from core.stores.scope import store_scope
from orders.api import item_schemas
from orders.ingest.generic import READERS
from orders.ingest.generic.fields import ADDRESS, CONSENT
from orders.ingest.generic.orders import DISCOUNT, DOCUMENT, LINE, ORDER, RECIPIENT
from orders.ingest.generic.parcels import (
    PARCEL,
    PARCEL_LINE,
    PICKUP_POINT,
    REFUND,
    REFUND_LINE,
    TRACKING,
    TRACKING_EVENT,
)
from orders.ingest.generic.people import BIRTHDAY, CUSTOMER, PERSON
from orders.ingest.generic.products import PRODUCT, VARIANT
from orders.models import ApiToken, InboundNotice, Order
from orders.operations.process_notices import drain_notices

EVENTS = "/api/v1/events"


def order(number: int, /, **more) -> dict:
    data = {
        "id": f"o-{number}",
        "placed_at": "2026-03-01T10:00:00+01:00",
        "total": "1490.50",
        "currency": "CZK",
        "email": "jana@mail.example",
        "lines": [{"id": 1, "title": "Soap", "quantity": 2, "unit_price": 745.25}],
    }
    return {"id": f"item-{number}", "type": "order", "data": {**data, **more}}


@pytest.fixture
def token(store) -> str:
    out = StringIO()
    call_command(
        "api_token", store="lipa", name="ERP", scope=["events:write"], stdout=out, stderr=StringIO()
    )
    return out.getvalue().strip()


@pytest.fixture
def send(client, token):
    def sent(items, **headers):
        return client.post(
            EVENTS,
            json.dumps({"items": items}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **headers},
        )

    return sent


def test_items_are_kept_as_notices_and_applied(send, store, unscoped) -> None:
    answer = send([order(1), order(2, total=99), order(1)])
    assert answer.status_code == 200
    assert [one["status"] for one in answer.json()["results"]] == [
        "accepted",
        "accepted",
        "repeated",
    ]
    assert InboundNotice.objects.count() == 2
    assert drain_notices() == 2
    first, second = Order.objects.order_by("external_id")
    assert (first.total_minor, second.total_minor, first.store_id) == (149050, 9900, store.pk)
    assert first.lines.get().unit_price_minor == 74525
    again = send([order(1), order(2)]).json()
    assert (again["accepted"], again["repeated"], again["refused"]) == (0, 2, 0)


def test_a_bad_item_is_refused_by_its_index_and_the_rest_is_kept(send, unscoped) -> None:
    bad = [
        order(1, promissed_at="2026-03-04"),
        order(2, total=None),
        {"type": "orders", "data": {}},
        7,
        order(3, lines=[{"id": 1, "title": "x", "quantity": 10**40, "unit_price": 1}]),
        order(4, total=10**30),
        order(5, customer={"birthday": {"month": 2, "day": 30}}),
    ]
    answer = send([*bad, order(9)]).json()
    assert (answer["accepted"], answer["refused"]) == (1, len(bad))
    assert answer["results"][0] == {
        "index": 0,
        "status": "refused",
        "id": "item-1",
        "reason": "The order has fields that the schema does not know: “promissed_at”.",
    }
    assert InboundNotice.objects.count() == 1


def test_only_the_hash_of_a_token_is_kept(token, unscoped) -> None:
    row = ApiToken.objects.get()
    assert token.startswith("agl_")
    assert token not in json.dumps({k: str(v) for k, v in vars(row).items()})


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic abc"])
def test_no_valid_token_is_401(send, header: str, unscoped) -> None:
    answer = send([order(1)], Authorization=header)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert not InboundNotice.objects.exists()


def test_a_revoked_token_is_401_and_one_without_the_scope_403(send, unscoped) -> None:
    ApiToken.objects.update(scopes=[])
    assert send([order(1)]).status_code == 403
    ApiToken.objects.update(revoked_at=datetime.now(UTC))
    assert send([order(1)]).status_code == 401


def test_a_token_writes_into_its_own_store_only(send, other_store, store, unscoped) -> None:
    send([order(1)])
    with store_scope(other_store.pk):
        assert not InboundNotice.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b'{"items": {}}', 422),
        (b'{"items": []}', 422),
        (b'{"items": [NaN]}', 422),
        (b'{"items": ' + b"[" * 2000 + b"]" * 2000 + b"}", 422),
        (b'{"items": [' + b"1," * 500 + b"1]}", 413),
        (b" " * (5 * 1024 * 1024 + 1), 413),
        (b" " * (7 * 1024 * 1024), 413),
    ],
)
def test_a_batch_that_cannot_be_read_is_a_problem_body(client, token, body, status) -> None:
    answer = client.post(
        EVENTS, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_the_documentation_names_every_type_and_every_field(client, db) -> None:
    assert client.get("/api/v1/docs").status_code == 200
    components = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    types = {one["properties"]["type"]["const"] for one in components["item"]["oneOf"]}
    assert types == set(READERS)
    allowed = {
        "address": ADDRESS,
        "birthday": BIRTHDAY,
        "consent": CONSENT,
        "customer": CUSTOMER,
        "discount": DISCOUNT,
        "document": DOCUMENT | {"order_id"},
        "fulfillment": PARCEL | {"order_id"},
        "fulfillment_line": PARCEL_LINE,
        "item": {"id", "type", "timestamp", "data"},
        "line": LINE,
        "order": ORDER,
        "order_customer": PERSON,
        "order_deleted": {"id", "happened_at"},
        "order_document": DOCUMENT,
        "order_fulfillment": PARCEL,
        "order_refund": REFUND,
        "pickup_point": PICKUP_POINT,
        "product": PRODUCT,
        "recipient": RECIPIENT,
        "refund": REFUND | {"order_id", "currency"},
        "refund_line": REFUND_LINE,
        "tracking": TRACKING,
        "tracking_event": TRACKING_EVENT,
        "variant": VARIANT,
    }
    schemas = item_schemas()
    assert set(schemas) == set(allowed)
    for name, fields in allowed.items():
        bodies = schemas[name].get("oneOf", [schemas[name]])
        for body in bodies:
            assert set(body["properties"]) == set(fields), name


def test_half_a_letter_is_kept_as_it_came_and_the_order_without_it(send, store, unscoped) -> None:
    answer = send([order(1, note="half \ud83d\x00 a letter", shipping_method="1\udead")])
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 1
    drain_notices()
    assert InboundNotice.objects.get().status == "applied"
    assert Order.objects.get().note == "half  a letter"
