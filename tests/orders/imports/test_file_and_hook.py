"""The very same objects, as JSON lines and through the signed hook, end in equal rows and events."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from standardwebhooks import Webhook

from core.events.spine import drain
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import InboundNotice
from orders.operations.process_notices import drain_notices
from tests.conftest import NOON
from tests.factories.stores import StoreFactory
from tests.orders.imports.rows import rows_of

pytestmark = pytest.mark.django_db

HOME = {"name": "Jana Nová", "street": "Lipová 1", "city": "Praha", "country": "CZ"}
ITEMS: list[tuple[str, dict[str, Any]]] = [
    (
        "product",
        {
            "id": "9",
            "title": "Day cream",
            "category": "Skin care",
            "updated_at": "2026-01-01T10:00:00Z",
            "variants": [{"id": "91", "title": "50 ml", "sku": "DC-50", "price": "750.00"}],
        },
    ),
    (
        "customer",
        {
            "id": "77",
            "email": "Jana@Mail.Example",
            "first_name": "Jana",
            "birthday": {"month": 2, "day": 29},
            "account_created_on": "2021-05-04",
            "updated_at": "2026-01-01T10:00:00Z",
        },
    ),
    (
        "order",
        {
            "id": "1001",
            "number": "R-1001",
            "currency": "CZK",
            "placed_at": "2026-01-05T10:00:00+01:00",
            "updated_at": "2026-01-05T10:05:00+01:00",
            "total": "1490.00",
            "payment_status": "paid",
            "discounts": [{"code": "SPRING", "amount": "100.00"}],
            "customer": {"id": "77", "email": "jana@mail.example"},
            "shipping_address": HOME,
            "lines": [
                {"id": "1", "title": "Day cream", "quantity": 2, "unit_price": "750.00",
                 "discount": "100.00", "sku": "DC-50", "product_id": "9"},
                {"id": "2", "title": "Gift wrap", "quantity": "1.5", "unit_price": "60.125"},
            ],
            "consent": {"basis": "explicit", "stated_at": "2026-01-05T10:00:00+01:00",
                        "source": "checkout", "wording": "Send me news."},
        },
    ),
    (
        "order",
        {"id": "1002", "placed_at": "2026-01-07T10:00:00Z", "total": "60.13",
         "email": "eva@mail.example",
         "lines": [{"id": "1", "title": "Gift wrap", "quantity": 1, "unit_price": "60.13"}]},
    ),
    (
        "fulfillment",
        {"order_id": "1001", "id": "p1", "status": "shipped", "tracking_number": "Z 123",
         "shipped_at": "2026-01-06T08:00:00Z", "updated_at": "2026-01-06T08:00:00Z",
         "lines": [{"id": "1", "quantity": 2}]},
    ),
    (
        "tracking",
        {"tracking_number": "Z123",
         "events": [{"kind": "delivered", "happened_at": "2026-01-08T09:00:00Z"}]},
    ),
    (
        "refund",
        {"order_id": "1001", "id": "r1", "amount": "700.00", "happened_at": "2026-01-20T08:00:00Z",
         "lines": [{"id": "1", "quantity": 1, "amount": "700.00"}]},
    ),
    (
        "document",
        {"order_id": "1001", "id": "inv", "kind": "invoice", "title": "Invoice",
         "url": "https://shop.example/1001.pdf"},
    ),
    (
        "consent",
        {"basis": "none", "stated_at": "2026-02-01T08:00:00Z", "email": "eva@mail.example",
         "source": "phone"},
    ),
    ("order.deleted", {"id": "1003", "happened_at": "2026-02-02T08:00:00Z"}),
    (
        "order",
        {"id": "1001", "number": "R-1001", "currency": "CZK", "total": "1490.00",
         "placed_at": "2026-01-05T10:00:00+01:00", "updated_at": "2026-01-04T10:05:00+01:00",
         "note": "older, and late"},
    ),
]  # fmt: skip
# By which way it came in, and so what follows from it, is meant to differ.
LEFT_OUT = frozenset({"origin"})
FOLLOWING = {"PendingReaction", "Adjustment"}  # owed to live news only; of tills only


def bodies() -> list[bytes]:
    return [json.dumps({"type": kind, "data": data}).encode() for kind, data in ITEMS]


def by_hook(sender: Any) -> None:
    signer = Webhook(sender.connection.secret)
    for place, body in enumerate(bodies()):
        headers = {
            "webhook-id": f"msg-{place}",
            "webhook-timestamp": str(int(NOON.timestamp())),
            "webhook-signature": signer.sign(f"msg-{place}", NOON, body.decode()),
        }
        assert sender.post(body, headers).status_code == 200
        drain_notices()
    drain()


@time_machine.travel(NOON, tick=False)
def test_the_same_objects_by_file_and_by_hook_end_in_equal_rows(
    store: Store, connect, run, tmp_path
) -> None:
    hooked = StoreFactory(
        **{
            name: getattr(store, name)
            for name in ("currency", "country", "time_zone", "default_language", "languages")
        }
    )
    by_hook(connect("generic", to=hooked))
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"\n".join(bodies()))
    told = run("import_orders", path, "jsonl")
    drain()

    assert told["rejected"] == 0
    with store_scope(hooked.pk):
        states = set(InboundNotice.objects.values_list("status", flat=True))
        assert states == {"applied", "ignored"}  # the late one says nothing new
    expected, found = rows_of(hooked, but=LEFT_OUT), rows_of(store, but=LEFT_OUT)
    for name in expected.keys() - FOLLOWING:
        rows = expected[name]
        assert rows, f"{name}: nothing to compare"
        assert found[name] == rows, name


@time_machine.travel(NOON, tick=False)
def test_a_file_after_the_hook_adds_nothing(store: Store, connect, run, tmp_path) -> None:
    by_hook(connect("generic"))
    before = rows_of(store)
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"\n".join(bodies()))
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        run("import_orders", path, "jsonl")
        drain()
    after = rows_of(store)
    for name in before:
        assert after[name] == before[name], name
