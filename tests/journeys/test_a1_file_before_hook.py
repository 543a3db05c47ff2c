"""A1: a shop exports and imports while its hooks are on the way; nobody loses a confirmation by it."""

import json
from datetime import timedelta
from io import StringIO

from django.core.management import call_command

from core.stores.scope import store_scope
from orders.ingest.generic import read_item
from orders.operations.apply_news import apply_news


def item(*, placed_at) -> dict:
    return {
        "type": "order",
        "data": {
            "id": "g1",
            "number": "G1",
            "currency": "CZK",
            "total": "100.00",
            "placed_at": placed_at.isoformat(timespec="seconds"),
            "updated_at": placed_at.isoformat(timespec="seconds"),
            "customer": {"id": "c1", "email": "eva@mail.example"},
            "lines": [{"id": "1", "title": "Soap", "quantity": 1, "unit_price": "100"}],
        },
    }


def by_file(journey, tmp_path, what: dict) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text(json.dumps(what))
    call_command(
        "import_orders", str(file), "--store", "lipa", "--format", "jsonl", stdout=StringIO()
    )


def by_hook(journey, what: dict) -> None:
    with store_scope(journey.store.pk):
        for news in read_item(item=what, received_at=journey.now, currency="CZK"):
            apply_news(news=news, store=journey.store, origin="live", now=journey.now)
    journey.wait(minutes=1)


def test_a_file_that_was_faster_than_the_hook_costs_no_confirmation(journey, tmp_path):
    what = item(placed_at=journey.now - timedelta(hours=1))
    by_file(journey, tmp_path, what)
    journey.wait(minutes=5)
    assert journey.sent() == []
    by_hook(journey, what)
    by_hook(journey, what)
    assert journey.sent() == ["order_confirmation"]


def test_history_told_again_by_a_hook_stays_silent(journey, tmp_path):
    what = item(placed_at=journey.now - timedelta(days=20))
    by_file(journey, tmp_path, what)
    by_hook(journey, what)
    assert journey.sent() == []
