"""Killed in the middle, broken, repeated: the rows are those of one whole run."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports import take_in
from orders.models import Adjustment, Customer, ImportRun, Order, OrderLine, Refund
from orders.operations.import_file import import_file

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def history(*, orders: int) -> str:
    """Orders of ten customers, and cancellations that reach back over several orders."""
    rows = [HEADER]
    for number in range(orders):
        day = f"2011-01-{1 + number * 28 // orders:02d} {number % 24:02d}:10:00"
        person = 100 + number % 10
        rows.append(f"{5000 + number},SOAP,Soap,2,{day},1.50,{person},United Kingdom")
        rows.append(f"{5000 + number},CUP,Cup,1,{day},4.00,{person},United Kingdom")
        if number % 25 == 24:
            rows.append(f"C{5000 + number},SOAP,Soap,-5,2011-02-01 09:00:00,1.50,{person},EIRE")
    return "\n".join(rows) + "\n"


def rows_of(store: Store) -> dict[str, list]:
    with store_scope(store.pk):
        return {
            "orders": list(
                Order.objects.order_by("external_id").values_list(
                    "external_id",
                    "customer__source_ids__external_id",
                    "total_minor",
                    "refunded_minor",
                    "placed_at",
                )
            ),
            "lines": list(
                OrderLine.objects.order_by("order__external_id", "position").values_list(
                    "order__external_id", "external_id", "quantity", "refunded_quantity"
                )
            ),
            "refunds": list(
                Refund.objects.order_by("order__external_id", "external_id").values_list(
                    "order__external_id", "external_id", "amount_minor", "lines"
                )
            ),
            "adjustments": list(
                Adjustment.objects.order_by("external_id").values_list(
                    "external_id", "reason", "quantity", "amount_minor"
                )
            ),
            "customers": list(
                Customer.objects.order_by("source_ids__external_id").values_list(
                    "source_ids__external_id", "order_count", "first_order_at", "last_order_at"
                )
            ),
        }


def take(store: Store, path: Path, now: datetime) -> take_in.Summary:
    with store_scope(store.pk):
        return import_file(
            kind="orders",
            store=store,
            path=path,
            file_format="csv",
            profile="online_retail",
            now=now,
        )


@pytest.mark.django_db
def test_a_repeat_changes_nothing_and_says_so(store: Store, write, now: datetime) -> None:
    path = write("history.csv", history(orders=100))
    once = take(store, path, now)
    rows = rows_of(store)

    again = take(store, path, now)

    assert rows_of(store) == rows
    assert once.counts["orders new"] == again.counts["orders already there"] == 100
    assert again.repeated
    assert "orders new" not in again.counts
    assert again.counts["cancellations already there"] == once.counts["cancellations"] == 4


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 7, 30])
def test_the_outcome_does_not_hang_on_batches(
    store: Store, other_store: Store, write, now: datetime, monkeypatch, size: int
) -> None:
    path = write("history.csv", history(orders=60))
    take(store, path, now)
    monkeypatch.setattr(take_in, "BATCH_RECORDS", size)
    take(other_store, path, now)
    assert rows_of(other_store) == rows_of(store)


@pytest.mark.django_db
def test_a_run_that_broke_goes_on_where_it_stopped(
    store: Store, other_store: Store, write, now: datetime, monkeypatch
) -> None:
    path = write("history.csv", history(orders=100) + "x,y\n")
    monkeypatch.setattr(take_in, "BATCH_RECORDS", 10)
    take(other_store, path, now)
    whole, count = take_in._commit, 0

    def broken(*args, **kwargs):
        nonlocal count
        count += 1
        if count == 5:
            raise KeyboardInterrupt
        return whole(*args, **kwargs)

    monkeypatch.setattr(take_in, "_commit", broken)
    with pytest.raises(KeyboardInterrupt):
        take(store, path, now)
    with store_scope(store.pk):
        assert ImportRun.objects.get().position == 40
    monkeypatch.setattr(take_in, "_commit", whole)

    told = take(store, path, now)

    assert told.resumed_at == 40
    assert told.counts["orders new"] == 100
    assert told.rejected == 1
    assert "2 cells where the header has 8" in told.rejects.read_text()
    assert rows_of(store) == rows_of(other_store)


@pytest.mark.django_db
def test_two_imports_of_one_file_do_not_mix(
    store: Store, write, now: datetime, monkeypatch
) -> None:
    path = write("history.csv", history(orders=30))
    monkeypatch.setattr(take_in, "BATCH_RECORDS", 10)
    whole = take_in._commit

    def rival_first(*args, run: ImportRun, **kwargs):
        ImportRun.objects.filter(pk=run.pk).update(position=run.position + 10)
        return whole(*args, run=run, **kwargs)

    monkeypatch.setattr(take_in, "_commit", rival_first)
    with pytest.raises(take_in.AlreadyRunning):
        take(store, path, now)
    with store_scope(store.pk):
        assert not Order.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_kill_9_in_the_middle_then_again_is_as_once(
    store: Store, other_store: Store, write, now: datetime
) -> None:
    """A process of its own, killed when half the orders stand, on the test database."""
    if connection.vendor != "postgresql":
        pytest.skip("an in-memory database has no second process")
    path = write("history.csv", history(orders=5_000))
    take(other_store, path, now)
    code = (
        "import django, sys; from django.conf import settings; django.setup();"
        "from django.core.management import call_command;"
        f"call_command('import_orders', {str(path)!r}, store='lipa', format='csv',"
        "profile='online_retail', json=True)"
    )
    database = connection.settings_dict
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "engagement.settings",
        "DATABASE_URL": (
            f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:"
            f"{database['PORT'] or 5432}/{database['NAME']}"
        ),
    }
    child = subprocess.Popen([sys.executable, "-c", code], env=env)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.poll() is None:
        with store_scope(store.pk):
            if Order.objects.count() > 1_000:
                break
    child.send_signal(signal.SIGKILL)
    child.wait()
    with store_scope(store.pk):
        stopped_at = ImportRun.objects.get()
    assert stopped_at.finished_at is None
    assert 0 < stopped_at.position < 5_000

    told = take(store, path, now)

    assert told.resumed_at == stopped_at.position
    assert rows_of(store) == rows_of(other_store)
