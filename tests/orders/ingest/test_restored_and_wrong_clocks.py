"""An order out of the bin lives again, and a clock that is years ahead freezes nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

from core import clock
from core.events.models import EventRow
from core.events.spine import drain
from core.stores.scope import store_scope
from orders.ingest.plausible import plausible
from orders.ingest.snapshots import UNDATED, ConsentStatement, FulfillmentUpdate
from orders.models import Customer, InboundNotice, Order
from orders.operations.apply_news import apply_news
from orders.operations.process_notices import drain_notices
from orders.operations.replay_notices import Selection, replay_notices
from orders.operations.watch_delays import watch_delays
from tests.factories.news import HOUR, PLACED, parcel, told
from tests.factories.senders import Connect, Sender

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
BILLING = {"first_name": "Anna", "last_name": "N", "email": "anna@mail.example", "country": "CZ"}


def woo(updated: datetime, **said: Any) -> dict:
    return {
        "id": 727,
        "number": "727",
        "status": "processing",
        "currency": "CZK",
        "total": "30.25",
        "date_created_gmt": "2026-03-03T11:00:00",
        "date_modified_gmt": updated.strftime("%Y-%m-%dT%H:%M:%S"),
        "billing": BILLING,
        "shipping": {},
        "line_items": [],
        **said,
    }


@pytest.mark.django_db(transaction=True)
def test_an_order_out_of_the_bin_lives_again(connect: Connect, store, unscoped) -> None:
    sender = connect("woocommerce")
    with time_machine.travel(START, tick=False) as clocks:
        sender.woo("order.created", woo(START))
        clocks.shift(timedelta(hours=1))
        sender.woo("order.deleted", {"id": 727})
        drain_notices()
        assert not Order.objects.get().is_standing
        clocks.shift(timedelta(hours=1))
        sender.woo("order.updated", woo(START + timedelta(minutes=1)))  # late, from before
        drain_notices()
        assert not Order.objects.get().is_standing
        sender.woo("order.restored", woo(START + 2 * HOUR))
        drain_notices()
        assert Order.objects.living().exists()
        assert Customer.objects.get().order_count == 1
        with store_scope(store.pk):
            replay_notices(store_id=store.pk, selection=Selection())
        drain_notices()
        assert Order.objects.living().exists()


def gone(sender: Sender, number: int) -> None:
    """The bare body is the same each time; only the delivery's own id tells two apart."""
    if sender.connection.endpoint.source == "shopify":
        sender.shopify("orders/delete", {"id": 727}, delivery=f"gone-{number}")
    else:
        again = {"X-WC-Webhook-Delivery-ID": f"gone-{number}"}
        sender.woo("order.deleted", {"id": 727}, **again)
    drain_notices()


def alive(sender: Sender, updated: datetime) -> None:
    if sender.connection.endpoint.source == "shopify":
        times = {"created_at": START.isoformat(), "updated_at": updated.isoformat()}
        body = {"id": 727, "order_number": 727, "currency": "CZK", "total_price": "30.25", **times}
        sender.shopify("orders/updated", {**body, "line_items": [], "financial_status": "paid"})
    else:
        sender.woo("order.restored", woo(updated))
    drain_notices()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("source", ["woocommerce", "shopify"])
def test_a_restored_order_can_be_deleted_again(connect: Connect, unscoped, source: str) -> None:
    sender = connect(source)
    with time_machine.travel(START, tick=False) as clocks:
        alive(sender, START)
        for life in range(3):
            clocks.shift(timedelta(hours=1))
            gone(sender, life)
            gone(sender, life)  # the delivery repeated
            deleted_at = Order.objects.get().deleted_at
            assert deleted_at is not None
            clocks.shift(timedelta(minutes=20))
            gone(sender, life + 100)  # a replay under a forged id
            assert Order.objects.get().deleted_at == deleted_at
            assert InboundNotice.objects.latest("pk").status == "ignored"
            clocks.shift(timedelta(minutes=40))
            alive(sender, START + (2 * life + 2) * HOUR)
            assert Order.objects.get().is_standing
        assert Customer.objects.count() <= 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("source", ["woocommerce", "shopify"])
def test_an_old_deletion_replayed_by_hand_deletes_no_restored_order(
    connect: Connect, store, unscoped, source: str
) -> None:
    sender = connect(source)
    with time_machine.travel(START, tick=False) as clocks:
        alive(sender, START)
        clocks.shift(timedelta(hours=1))
        gone(sender, 1)
        clocks.shift(timedelta(hours=1))
        alive(sender, START + 2 * HOUR)
        with store_scope(store.pk):
            replay_notices(store_id=store.pk, selection=Selection())
        drain_notices()
        assert Order.objects.get().is_standing


@pytest.mark.django_db(transaction=True)
def test_a_clock_years_ahead_does_not_freeze_an_order(connect: Connect, unscoped) -> None:
    sender = connect("woocommerce")
    ahead = datetime(2034, 1, 1, tzinfo=UTC)
    with time_machine.travel(START, tick=False) as clocks:
        sender.woo("order.created", woo(ahead, customer_note="wrong"))
        drain_notices()
        clocks.shift(timedelta(days=2))
        sender.woo("order.updated", woo(START + timedelta(days=2), customer_note="right"))
        drain_notices()
    order = Order.objects.get()
    assert (order.note, order.source_updated_at) == ("right", START + timedelta(days=2))


def test_times_ahead_are_taken_back_wherever_they_stand() -> None:
    far = PLACED + timedelta(days=4000)
    news = told(updated_at=far, fulfillments=(parcel(shipped_at=far, estimated_at=far),))
    found = plausible(news, heard_at=PLACED)
    assert found.updated_at == found.fulfillments[0].shipped_at == PLACED
    assert found.fulfillments[0].estimated_at == far
    one = FulfillmentUpdate("generic", "o-1", parcel(delivered_at=far))
    assert plausible(one, heard_at=PLACED + 48 * HOUR).fulfillment.delivered_at < far
    true = told(fulfillments=(parcel(),))
    assert plausible(true, heard_at=PLACED + 48 * HOUR) is true


def test_a_yes_from_the_future_counts_as_undated() -> None:
    said = ConsentStatement("a@mail.example", "explicit", PLACED + timedelta(days=9), "till")
    found = plausible(said, heard_at=PLACED)
    assert (found.stated_at, found.source) == (PLACED, f"till{UNDATED}")


@pytest.mark.django_db(transaction=True)
def test_a_file_from_the_future_freezes_no_order_either(store, tmp_path, unscoped) -> None:
    path = tmp_path / "orders.jsonl"
    data = {
        "id": "o-1",
        "placed_at": "2026-03-01T10:00:00Z",
        "updated_at": "2077-03-01T10:00:00Z",
        "total": "100",
        "currency": "CZK",
        "lines": [{"id": "1", "title": "Soap", "quantity": 1, "unit_price": "100"}],
    }
    path.write_text(json.dumps({"type": "order", "data": data}) + "\n")
    call_command("import_orders", str(path), store=store.slug, format="jsonl", json=True)
    assert Order.objects.get().source_updated_at < clock.real_now() + timedelta(days=1)


PROMISED = told(promised_at=PLACED + timedelta(days=4))
LATE = PLACED + timedelta(days=6)


def delay_of(store, *, live: bool, heard: datetime) -> str:
    with store_scope(store.pk):
        with transaction.atomic():
            apply_news(news=PROMISED, store=store, origin="import", now=PLACED + HOUR)
        if live:
            order = Order.objects.get()
            order.notices.create(
                store=store,
                source="generic",
                dedup_key="x",
                body_hash="x",
                body=b"{}",
                received_at=heard,
                due_at=heard,
                status="applied",
            )
        watch_delays(store=store, now=LATE)
        return EventRow.objects.get(name="order.delayed").origin


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("live", "days", "origin"),
    [(False, 0, "import"), (True, 2, "live"), (True, 5, "import")],
)
def test_a_delay_of_an_imported_order_is_news_once_the_shop_spoke_of_it_live(
    store, live, days, origin
) -> None:
    heard = PLACED + timedelta(days=days)
    assert delay_of(store, live=live, heard=heard) == origin
    drain()


@pytest.mark.django_db(transaction=True)
def test_sums_that_no_column_holds_are_a_dead_letter_at_once(connect: Connect, unscoped) -> None:
    sender = connect("woocommerce")
    refunds = [{"id": number, "reason": "", "total": "-999999999999999"} for number in range(1, 99)]
    sender.woo("order.updated", woo(clock.real_now(), refunds=refunds))
    drain_notices()
    notice = InboundNotice.objects.get()
    assert (notice.status, "larger" in notice.reason) == ("dead", True)
