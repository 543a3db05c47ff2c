"""F6: five years by file, hooks that come days late, flows switched on afterwards: nobody is startled."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from standardwebhooks.webhooks import Webhook

from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.flows.operations.switch_flow import switch_flow
from orders.models import Order
from orders.operations.connect_source import connect_source
from tests.factories.senders import Sender

DAY = timedelta(days=1)
YEARS = 5
A_MONTH = 3  # orders


def an_order(name: str, *, placed: datetime, state: str = "delivered") -> dict[str, Any]:
    """One order of our own schema, as far on its way as `state` says."""
    when = {n: (placed + n * DAY).isoformat(timespec="seconds") for n in (0, 1, 3)}
    parcel = {"id": f"p{name}", "status": "shipped", "shipped_at": when[1], "updated_at": when[1]}
    if state == "delivered":
        parcel |= {"status": "delivered", "delivered_at": when[3], "updated_at": when[3]}
    return {
        "id": name,
        "number": name,
        "currency": "CZK",
        "total": "100.00",
        "placed_at": when[0],
        "updated_at": when[3],
        "payment_status": "paid",
        "customer": {"id": f"c{name}", "email": f"{name}@mail.example"},
        "consent": {"basis": "explicit", "stated_at": when[0], "wording": "Yes"},
        "lines": [
            {
                "id": "1",
                "product_id": "soap",
                "title": "Soap",
                "quantity": 1,
                "unit_price": "100",
                "total": "100",
            }
        ],
        "fulfillments": [] if state == "waiting" else [parcel],
    }


def by_file(journey, tmp_path, orders: list[dict[str, Any]]) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text("\n".join(json.dumps({"type": "order", "data": one}) for one in orders))
    call_command(
        "import_orders", str(file), "--store", "lipa", "--format", "jsonl", stdout=StringIO()
    )


@pytest.fixture
def hook(journey, client):
    """The shop tells of an order, signed at the moment of telling, through its own door."""
    with store_scope(journey.store.pk):
        made = connect_source(store=journey.store, source="generic", now=journey.now)
    sender = Sender(client, made)

    def tell(order: dict[str, Any]) -> None:
        body = json.dumps({"type": "order", "data": order})
        sender.count += 1
        name = f"m{sender.count}"
        headers = {
            "webhook-id": name,
            "webhook-timestamp": str(int(journey.now.timestamp())),
            "webhook-signature": Webhook(made.secret).sign(name, journey.now, body),
        }
        assert sender.post(body.encode(), headers).status_code == 200
        journey.wait(minutes=1)

    return tell


def test_five_years_by_file_send_nothing_now_or_later(journey, tmp_path):
    gap = timedelta(days=30) / A_MONTH
    states = ("delivered", "shipped", "waiting", "delivered")
    history = [
        an_order(f"h{n}", placed=journey.now - (n + 1) * gap, state=states[n % len(states)])
        for n in range(YEARS * 12 * A_MONTH)
    ]
    by_file(journey, tmp_path, history)
    with store_scope(journey.store.pk):
        assert Order.objects.count() == len(history)
    journey.wait(days=60)
    assert journey.messages() == []


def test_news_in_time_is_told(journey, hook):
    hook(an_order("fresh", placed=journey.now - timedelta(hours=1), state="waiting"))
    assert journey.sent() == ["order_confirmation"]


@pytest.mark.parametrize("days", [3, 30])
@pytest.mark.parametrize("was_in_the_file", [False, True], ids=["unheard of", "after the file"])
@pytest.mark.parametrize("state", ["waiting", "shipped", "delivered"])
def test_a_hook_that_comes_days_late_startles_nobody(
    journey, hook, tmp_path, days, was_in_the_file, state
):
    # Even the last thing that happened to it, the arrival, is so long ago.
    late = an_order("late", placed=journey.now - (days + 3) * DAY, state=state)
    if was_in_the_file:
        by_file(journey, tmp_path, [late])
    for _ in range(2):
        hook(late)
    journey.wait(hours=12)
    assert journey.sent() == []
    journey.wait(days=30)
    assert set(journey.sent()) <= {"order_delayed"}
    with store_scope(journey.store.pk):
        assert Order.objects.count() == 1


def test_a_flow_switched_on_after_the_orders_speaks_of_the_next_ones_only(journey):
    def switch(to: Flow.Status) -> None:
        switch_flow(store=journey.store, key="review_request", to=to, now=journey.now)

    def arrives(number: int) -> None:
        who = {"id": number, "email": f"person{number}@mail.example"}
        order = journey.buys(email=who["email"], customer=who)
        journey.carrier_says(order, journey.ships(order), "delivered")

    switch(Flow.Status.OFF)
    arrives(1)
    journey.wait(days=1)
    switch(Flow.Status.ON)
    journey.wait(minutes=1)  # carriers tell whole seconds; this one is after the switch
    arrives(2)
    journey.wait(days=40)
    asked = journey.messages(template="review_request", status="sent")
    assert [message.customer.email for message in asked] == ["person2@mail.example"]
