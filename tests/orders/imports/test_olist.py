"""Olist through its converter: people, delivery times and promises arrive."""

import csv
import gzip
import json
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.olist_to_jsonl import convert
from core.events.models import EventRow
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import Customer, Order
from tests.data import shared

BRAZIL = ZoneInfo("America/Sao_Paulo")
SLICE = 150


@pytest.mark.measure
@pytest.mark.django_db
def test_a_slice_of_olist_arrives_with_its_delivery_times(
    store: Store, run, tmp_path: Path
) -> None:
    folder = shared("olist")
    path = tmp_path / "olist.jsonl"
    items = convert(folder, limit=SLICE)
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    with gzip.open(folder / "olist_orders_dataset.csv.gz", "rt", newline="") as file:
        rows = list(islice(csv.DictReader(file), SLICE))
    with gzip.open(folder / "olist_customers_dataset.csv.gz", "rt", newline="") as file:
        people = {row["customer_id"]: row["customer_unique_id"] for row in csv.DictReader(file)}

    told = run("import_orders", path, "jsonl")

    assert told["rejected"] == 0
    assert told["counts"]["orders new"] == SLICE
    arrived = [row for row in rows if row["order_delivered_customer_date"]]
    with store_scope(store.pk):
        assert Customer.objects.count() == len({people[row["customer_id"]] for row in rows})
        orders = {order.external_id: order for order in Order.objects.all()}
        for row in rows:
            order = orders[row["order_id"]]
            placed = datetime.fromisoformat(row["order_purchase_timestamp"])
            assert order.placed_at == placed.replace(tzinfo=BRAZIL)
            promised = datetime.fromisoformat(row["order_estimated_delivery_date"])
            assert order.promised_at.astimezone(BRAZIL).date() == promised.date()
        for row in arrived:
            there = datetime.fromisoformat(row["order_delivered_customer_date"])
            assert orders[row["order_id"]].delivered_at == there.replace(tzinfo=BRAZIL)
        delivered = EventRow.objects.filter(name="order.delivered", origin="import")
        assert delivered.count() == len(arrived)
