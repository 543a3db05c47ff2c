"""AfterShip, EasyPost and our own JSON: signatures to the bit and the second, kinds of news."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from standardwebhooks import Webhook

from core import clock
from orders.ingest.aftership import KINDS as AFTERSHIP
from orders.ingest.easypost import KINDS as EASYPOST
from orders.ingest.signatures import signed_hex, signed_standard
from orders.ingest.snapshots import ShipmentUpdate
from orders.ingest.sources import SOURCES
from orders.models import Fulfillment, InboundNotice, Order, OrderDocument, TrackingEvent
from orders.operations.process_notices import drain_notices
from tests.data import shared

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a secret of 24 bytes or more").decode()


@pytest.mark.measure
def test_easyposts_own_vector_is_accepted() -> None:
    vector = json.loads(shared("carriers", "easypost", "hmac_vector.json").read_text())
    body = shared("carriers", "easypost", "hmac_vector_body.json").read_bytes()
    check = partial(signed_hex, body=body, prefix="hmac-sha256-hex=")
    assert check(signature=vector["value"], secrets=[vector["secret"]])
    assert check(signature=vector["value"], secrets=["other", vector["secret"]])
    assert not check(signature=vector["value"][:-1] + "0", secrets=[vector["secret"]])
    assert not check(signature=vector["value"], secrets=["other"])


@pytest.mark.measure
def test_every_state_that_carriers_list_has_a_meaning() -> None:
    listed = json.loads(shared("carriers", "status_enums.json").read_text())
    assert set(listed["aftership"]["tag"]) == set(AFTERSHIP)
    assert set(listed["easypost"]["status"]) - {"unknown"} == set(EASYPOST)
    known = {*Fulfillment.Status.values, "in_transit", "info", "exception", "unknown"}
    assert {*AFTERSHIP.values(), *EASYPOST.values()} <= known


def test_a_carriers_news_is_kept_for_a_number_nobody_knows_yet(connect, unscoped) -> None:
    sender = connect("aftership")
    point = {"tag": "AvailableForPickup", "checkpoint_time": "2026-03-02T10:00:00", "message": "x"}
    body = json.dumps(
        {"event": "tracking_update", "msg": {"tracking_number": "R1", "checkpoints": [point] * 2}}
    ).encode()
    mac = hmac.new(sender.connection.secret.encode(), body, hashlib.sha256).digest()
    signature = base64.b64encode(mac).decode()
    for _ in range(2):
        answer = sender.post(body, {"aftership-hmac-sha256": signature})
        assert answer.status_code == 200
    assert sender.post(body, {"aftership-hmac-sha256": "x"}).status_code == 401
    drain_notices()
    assert InboundNotice.objects.get().status == "applied"
    event = TrackingEvent.objects.get()
    assert (event.kind, event.happened_at) == (
        "ready_for_pickup",
        datetime(2026, 3, 2, 10, tzinfo=UTC),
    )


def test_a_parcel_on_its_way_back_is_returning() -> None:
    def kinds(**message):
        body = json.dumps({"event": "tracking_update", "msg": {"tracking_number": "1", **message}})
        (news,) = SOURCES["aftership"].parse(
            topic="tracking", body=body.encode(), headers={}, received_at=NOW
        )
        assert isinstance(news, ShipmentUpdate)
        return [one.kind for one in news.news]

    time = "2026-03-02T10:00:00+02:00"
    back = {"tag": "Exception", "subtag": "Exception_010", "checkpoint_time": time}
    lost = {"tag": "Exception", "subtag": "Exception_013", "checkpoint_time": time}
    new = {"tag": "Teleported", "checkpoint_time": time}
    assert kinds(checkpoints=[back, lost, new]) == ["returning", "exception", "unknown"]
    assert kinds(checkpoints=[lost], return_to_sender=True) == ["returning"]


def standard(sender, item, *, at=None, message_id="m1", secret="", tamper=""):
    moment = at or clock.real_now()
    body = json.dumps(item)
    signature = Webhook(secret or sender.connection.secret).sign(message_id, moment, body)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": f"v1a,zzz {signature}",
    }
    return sender.post((body + tamper).encode(), headers)


CONSENT = {
    "type": "consent",
    "data": {"email": "a@mail.example", "basis": "explicit", "stated_at": "2026-03-01T10:00:00Z"},
}


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, 200), (-299, 200), (299, 200), (-301, 401), (301, 401)]
)
def test_standard_webhooks_count_five_minutes_either_way(
    connect, unscoped, seconds, status
) -> None:
    sender = connect("generic")
    now = clock.real_now().replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        answer = standard(sender, CONSENT, at=now + timedelta(seconds=seconds))
    assert answer.status_code == status
    assert InboundNotice.objects.count() == (status == 200)


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_machine_clock_that_is_wrong_is_named_and_costs_no_delivery(
    connect, unscoped, minutes
) -> None:
    sender = connect("generic")
    right = clock.real_now().replace(microsecond=0)
    with time_machine.travel(right + timedelta(minutes=minutes), tick=False):
        refused = standard(sender, CONSENT, at=right)
    assert refused.status_code == 401
    assert b"both clocks are right" in refused.content
    assert not InboundNotice.objects.exists()
    with time_machine.travel(right + timedelta(minutes=1), tick=False):  # put right, sent again
        for _ in range(2):
            again = standard(sender, CONSENT, at=right + timedelta(minutes=1))
            assert again.status_code == 200
    assert InboundNotice.objects.count() == 1


def test_standard_webhooks_sign_id_and_body(connect, unscoped) -> None:
    sender = connect("generic", secret=SECRET)
    assert standard(sender, CONSENT, tamper=" ").status_code == 401
    assert standard(sender, CONSENT, secret="whsec_" + "QUJD" * 10).status_code == 401
    for _ in range(2):
        assert standard(sender, CONSENT).status_code == 200
    assert InboundNotice.objects.get().dedup_key == "id:m1"


@pytest.mark.parametrize(
    ("timestamp", "signatures"),
    [("", "v1,x"), ("1e9", "v1,x"), ("٣", "v1,x"), ("9" * 40, "v1,x"), ("1772539200", "v1")],
)
def test_malformed_standard_headers_are_refused_without_a_crash(timestamp, signatures) -> None:
    assert not signed_standard(
        body=b"{}",
        message_id="m",
        timestamp=timestamp,
        signatures=signatures,
        secrets=[SECRET],
        now=NOW,
    )


def test_every_type_of_our_schema_has_its_effect(connect, unscoped) -> None:
    sender = connect("generic")
    parcel = {"order_id": "o1", "id": "p1", "status": "shipped", "tracking_number": "R-1"}
    paper = {"order_id": "o1", "kind": "invoice", "url": "https://shop.example/1.pdf"}
    items = [
        ("document", paper),
        ("fulfillment", {**parcel, "shipped_at": "2026-03-01T12:00:00Z"}),
        (
            "order",
            {
                "id": "o1",
                "placed_at": "2026-03-01T10:00:00Z",
                "total": "20.00",
                "currency": "EUR",
                "promised_at": "2026-03-04",
                "gift": True,
                "recipient": {"name": "Eva"},
                "recurring": True,
                "customer": {
                    "id": "c1",
                    "email": "a@mail.example",
                    "birthday": {"month": 2, "day": 29},
                },
                "lines": [
                    {
                        "id": "l",
                        "title": "Oil",
                        "quantity": "0.5",
                        "unit_price": "40",
                        "product_id": "x",
                    }
                ],
            },
        ),
        (
            "tracking",
            {
                "tracking_number": "R 1",
                "events": [{"kind": "delivered", "happened_at": "2026-03-03T10:00:00Z"}],
            },
        ),
        (
            "refund",
            {"order_id": "o1", "id": "r", "amount": "5", "happened_at": "2026-03-05T10:00:00Z"},
        ),
        ("product", {"id": "x", "title": "Oil", "replenish_after_days": 60, "category": "Care"}),
        ("customer", {"id": "c1", "email": "a@mail.example", "account_created_on": "2020-01-01"}),
        ("consent", CONSENT["data"]),
        ("order.deleted", {"id": "o2"}),
    ]
    for number, (kind, data) in enumerate(items):
        answer = standard(sender, {"type": kind, "data": data}, message_id=f"m{number}")
        assert answer.status_code == 200
    drain_notices()
    assert set(InboundNotice.objects.values_list("status", "reason")) == {("applied", "")}
    order = Order.objects.get(external_id="o1")
    assert order.promised_at == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert (order.is_gift, order.recipient_name, order.is_recurring) == (True, "Eva", True)
    assert (order.customer.birthday_month, order.customer.birthday_day) == (2, 29)
    assert order.customer.account_created_on.year == 2020
    assert (order.fulfillment_status, order.refunded_minor) == ("delivered", 500)
    assert order.lines.get().product.replenish_after_days == 60
    assert OrderDocument.objects.get().order == order
