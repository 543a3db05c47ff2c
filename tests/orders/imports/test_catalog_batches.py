"""Files of customers and products by batches: broken, repeated, changed, and at what cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports import take_in
from orders.models import Customer, ImportRun, Product
from orders.operations.import_file import import_file
from tests.orders.imports.rows import assert_equal_rows, rows_of

pytestmark = pytest.mark.django_db


def customers_csv(*, rows: int, name: str = "Jana") -> str:
    """Customers of a Shopify export, two of three of whom say yes; and one who cannot be written to."""
    lines = ["Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Country Code"]
    for number in range(rows):
        says = "no" if number % 3 == 0 else "yes"
        lines.append(f"'{7000 + number},{name},Nová,jana{number}@mail.example,{says},CZ")
    return "\n".join([*lines, ",Ota,Bez,,no,CZ"]) + "\n"


def products_csv(*, rows: int, name: str = "Cream") -> str:
    """Products of a Shopify export with two variants each; some products share a SKU."""
    lines = ["Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price"]
    for number in range(rows):
        shared = f"CR-{number - number % 10}-50"
        sku = shared if number % 10 == 9 else f"CR-{number}-50"
        lines.append(f"cream-{number},{name} {number},Kind {number % 4},Size,50 ml,{sku},300.00")
        lines.append(f"cream-{number},,,Size,100 ml,CR-{number}-100,500.00")
    return "\n".join([*lines, "odd,Odd,,Size,50 ml,ODD,much"]) + "\n"


FILES = {"customers": customers_csv, "products": products_csv}
Take = Callable[..., take_in.Summary]


@pytest.fixture
def take(now: datetime) -> Take:
    """Take a file in, as the command does."""

    def call(kind: str, store: Store, path: Path, *, at: datetime | None = None) -> take_in.Summary:
        with store_scope(store.pk):
            return import_file(
                kind=kind, store=store, path=path, file_format="shopify", now=at or now
            )

    return call


@pytest.mark.parametrize("kind", FILES)
def test_a_repeat_changes_nothing_and_says_so(
    store: Store, write, take: Take, kind: str, now: datetime
) -> None:
    path = write("file.csv", FILES[kind](rows=30))
    once = take(kind, store, path)
    rows = rows_of(store)

    again = take(kind, store, path, at=now + timedelta(days=1))

    assert_equal_rows(rows_of(store), rows)
    assert once.rejected == again.rejected == 1
    if kind == "customers":
        assert once.counts == {"customers taken in": 30}
        assert again.counts == {"customers already there": 30}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("size", [1, 7, 30])
def test_the_outcome_does_not_hang_on_batches(
    store: Store, other_store: Store, write, take: Take, monkeypatch, kind: str, size: int
) -> None:
    path = write("file.csv", FILES[kind](rows=40))
    Store.objects.filter(pk=other_store.pk).update(currency="CZK", time_zone="Europe/Prague")
    other_store.refresh_from_db()
    take(kind, store, path)
    monkeypatch.setattr(take_in, "BATCH_RECORDS", size)
    take(kind, other_store, path)
    assert_equal_rows(rows_of(store), rows_of(other_store))


@pytest.mark.parametrize("kind", FILES)
def test_a_run_that_broke_goes_on_where_it_stopped(
    store: Store, other_store: Store, write, take: Take, monkeypatch, kind: str
) -> None:
    path = write("file.csv", FILES[kind](rows=50))
    Store.objects.filter(pk=other_store.pk).update(currency="CZK", time_zone="Europe/Prague")
    other_store.refresh_from_db()
    monkeypatch.setattr(take_in, "BATCH_RECORDS", 10)
    whole = take(kind, other_store, path)
    commit, count = take_in._commit, 0

    def broken(*args, **kwargs):
        nonlocal count
        count += 1
        if count == 4:
            raise KeyboardInterrupt
        return commit(*args, **kwargs)

    monkeypatch.setattr(take_in, "_commit", broken)
    with pytest.raises(KeyboardInterrupt):
        take(kind, store, path)
    with store_scope(store.pk):
        assert ImportRun.objects.get().position == 30
    monkeypatch.setattr(take_in, "_commit", commit)

    told = take(kind, store, path)

    assert told.resumed_at == 30
    assert (told.counts, told.rejected) == (whole.counts, 1)
    assert_equal_rows(rows_of(store), rows_of(other_store))


@pytest.mark.parametrize("kind", FILES)
def test_statements_do_not_grow_with_a_batch(
    store: Store, other_store: Store, write, take: Take, kind: str
) -> None:
    costs: dict[int, list[int]] = {}
    for rows, its in ((20, other_store), (200, store)):
        new = write(f"new-{rows}.csv", FILES[kind](rows=rows))
        changed = write(f"changed-{rows}.csv", FILES[kind](rows=rows, name="Maria"))
        for path in (new, new, changed, changed):
            with CaptureQueriesContext(connection) as asked:
                assert take(kind, its, path).records == rows + 1
            costs.setdefault(rows, []).append(len(asked))
    if connection.vendor != "postgresql":  # no COPY: as many as its limit on parameters asks for
        costs[20][0] = costs[200][0] = 0
    assert costs[20] == costs[200]
    with store_scope(store.pk):
        named = {
            "customers": Customer.objects.filter(first_name="Maria"),
            "products": Product.objects.filter(title__startswith="Maria"),
        }
        assert named[kind].count() == 200
