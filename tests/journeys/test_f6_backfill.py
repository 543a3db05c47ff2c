"""Imported history sends nothing, unless a merchant asks for it: counted, capped, spread."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.events import spine
from core.stores.scope import store_scope
from orders.models import Order

PEOPLE = 6


def jsonl(path, *, now):
    """Six people whose parcels arrived twelve days ago, in our own schema."""
    placed = (now - timedelta(days=15)).isoformat(timespec="seconds")
    came = (now - timedelta(days=12)).isoformat(timespec="seconds")
    rows = [
        {
            "id": f"h{n}",
            "number": f"H{n}",
            "currency": "CZK",
            "total": "100.00",
            "placed_at": placed,
            "updated_at": came,
            "payment_status": "paid",
            "customer": {"id": f"c{n}", "email": f"old{n}@mail.example"},
            "consent": {"basis": "explicit", "stated_at": placed, "wording": "Yes, write to me"},
            "lines": [
                {
                    "id": "1",
                    "product_id": "s",
                    "title": "Soap",
                    "quantity": 1,
                    "unit_price": "100",
                    "total": "100",
                }
            ],
            "fulfillments": [
                {
                    "id": f"p{n}",
                    "status": "delivered",
                    "shipped_at": placed,
                    "delivered_at": came,
                    "updated_at": came,
                }
            ],
        }
        for n in range(PEOPLE)
    ]
    path.write_text("\n".join(json.dumps({"type": "order", "data": row}) for row in rows))
    return path


@pytest.fixture
def history(journey, tmp_path):
    file = jsonl(tmp_path / "orders.jsonl", now=journey.now)
    call_command(
        "import_orders", str(file), "--store", "lipa", "--format", "jsonl", stdout=StringIO()
    )
    spine.drain()
    with store_scope(journey.store.pk):
        assert Order.objects.filter(fulfillment_status="delivered").count() == PEOPLE
    return journey


def backfill(journey, *args: str) -> dict:
    out = StringIO()
    since = (journey.now - timedelta(days=30)).date().isoformat()
    call_command(
        *("backfill", "--store", "lipa", "--flow", "review_request", "--since", since),
        *args,
        "--json",
        stdout=out,
    )
    return json.loads(out.getvalue())


def test_imported_history_sends_nothing_by_itself(history):
    history.wait(days=60)
    assert history.sent() == []
    assert history.messages() == []


def test_counting_plans_nothing(history):
    assert backfill(history) == {
        "flow": "review_request",
        "counted": PEOPLE,
        "planned": 0,
        "spread_days": 7,
    }
    assert history.messages() == []


def test_a_backfill_is_capped_and_spread_and_not_repeated(history):
    assert backfill(history, "--cap", "4", "--spread-days", "4", "--go")["planned"] == 4
    assert backfill(history, "--go")["planned"] == PEOPLE - 4
    assert backfill(history, "--go")["planned"] == 0
    history.wait(days=30)
    asked = history.messages(template="review_request", status="sent")
    assert len(asked) == PEOPLE
    assert len({message.handed_at.date() for message in asked}) >= 3


def test_order_news_cannot_be_backfilled(journey):
    with pytest.raises(CommandError, match="never order news"):
        call_command(
            *("backfill", "--store", "lipa", "--flow", "order_shipped", "--since", "2026-01-01")
        )
    assert journey.messages() == []
