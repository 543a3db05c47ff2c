"""Ceilings on the SQL statements of the hot paths, so that they cannot creep up.

`bench/hot_path.py` lists the statements themselves. Whoever raises a ceiling says why in the commit.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.events import spine
from engagement.messages.operations.dispatch import drain_outbox
from orders.operations.process_notices import process_due
from tests.factories.journey import Journey, cream

BOUNDS = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")  # of transactions; a test's own are nested


def counted(call: Callable[[], Any]) -> int:
    """How many statements `call` makes."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return sum(not query["sql"].startswith(BOUNDS) for query in captured)


def post(journey: Journey, topic: str, body: dict[str, Any]) -> None:
    assert journey.sender.shopify(topic, body).status_code == 200


def work(journey: Journey) -> dict[str, int]:
    """Apply what waits, run what follows, send what is due: the statements of each."""
    store = journey.store.pk
    return {
        "apply": counted(lambda: process_due(only_store=store)),
        "react": counted(lambda: spine.drain(only_store=store)),
        "send": counted(lambda: drain_outbox(only_store=store)),
    }


def basket(journey: Journey, number: int) -> dict[str, Any]:
    who = f"person{number}@mail.example"
    return journey.basket(
        email=who,
        customer={"id": number, "email": who},
        line_items=[cream(), cream(id=32, product_id=42, variant_id=52, sku="BALM", title="Balm")],
    )


@pytest.fixture
def warm(journey) -> Journey:
    """One customer has bought everything there is, so that goods and templates are known."""
    journey.told("orders/create", basket(journey, 1))
    return journey


def test_the_door_asks_once_and_writes_once(warm):
    body = basket(warm, 2)
    known = (
        connection.vendor == "postgresql"
    )  # there the INSERT looks whether the door is unchanged
    assert counted(lambda: post(warm, "orders/create", body)) == (1 if known else 2)


def test_a_new_customers_first_order(warm):
    post(warm, "orders/create", basket(warm, 2))
    costs = work(warm)
    assert costs["apply"] <= 27, costs
    assert costs["react"] <= 22, costs
    assert costs["send"] <= 30, costs


def test_a_known_customers_next_order(warm):
    warm.wait(hours=20)
    post(warm, "orders/create", basket(warm, 1))
    costs = work(warm)
    assert costs["apply"] <= 25, costs
    assert costs["react"] <= 22, costs


def test_a_parcel_that_leaves_and_arrives(warm):
    order = int(warm.last[max(warm.last)]["id"])
    sent_on = {"updated_at": warm.now.isoformat(timespec="seconds")}
    parcel = {
        "id": 9,
        "order_id": order,
        "status": "success",
        "created_at": sent_on["updated_at"],
        **sent_on,
        "tracking_number": "PPL9",
        "line_items": warm.last[order]["line_items"],
    }
    post(warm, "fulfillments/create", parcel)
    left = work(warm)
    assert left["apply"] <= 26, left
    assert left["react"] <= 16, left
    event = {"id": 5, "fulfillment_id": 9, "order_id": order, "happened_at": sent_on["updated_at"]}
    post(warm, "fulfillment_events/create", {**event, "status": "delivered"})
    arrived = work(warm)
    assert arrived["apply"] <= 26, arrived
    assert arrived["react"] <= 22, arrived


def test_a_batch_of_mails_costs_hardly_more_than_one(warm):
    """Judge, mark, hand over and record are set-based; only the claim's rounds may differ."""
    post(warm, "orders/create", basket(warm, 2))
    one = work(warm)["send"]
    for number in range(3, 23):
        post(warm, "orders/create", basket(warm, number))
    twenty = work(warm)["send"]
    assert twenty <= one + 4, (one, twenty)
