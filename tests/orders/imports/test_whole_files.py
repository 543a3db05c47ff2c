"""Real files, whole, against counts made here by `csv` alone."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from core.events.models import EventRow
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import Adjustment, Customer, Order, OrderLine, Product, Refund, Variant
from tests.data import shared

pytestmark = [pytest.mark.measure, pytest.mark.django_db]

SHIPPING = {"POST", "DOT", "C2"}
NO_GOODS = {"BANK CHARGES", "AMAZONFEE", "S", "D"}
SLICE = 20_000


def rows_of(path: Path, *, limit: int | None = None) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if limit is not None and number >= limit:
                return
            yield row


def counted_retail(rows: Iterator[dict[str, str]]) -> Counter[str]:
    """What online_retail holds, by the rules written in its profile."""
    orders: dict[str, int] = {}
    found: Counter[str] = Counter()
    people, free = set(), 0
    for row in rows:
        if row["StockCode"] in NO_GOODS:
            continue
        if row["CustomerID"]:
            people.add(row["CustomerID"])
        pieces, price = int(row["Quantity"]), float(row["UnitPrice"])
        number = row["InvoiceNo"]
        if number.startswith("C"):
            found["canceled pieces"] += -pieces
            found["cancellations"] += 1
        elif pieces < 0 or (price == 0 and not row["CustomerID"]):
            found["corrections"] += 1
        else:
            orders.setdefault(number, 0)
            orders[number] += round(pieces * round(price * 100))
            if row["StockCode"] in SHIPPING:
                continue
            found["lines"] += 1
            found["pieces"] += pieces
            free += price == 0
    found["orders"], found["total"] = len(orders), sum(orders.values())
    found["customers"], found["free"] = len(people), free
    return found


def met_retail(rows: Iterator[dict[str, str]]) -> int:
    """How many canceled pieces meet what their customer had bought before: of that product the
    latest line, then the line before."""
    bought: dict[tuple[str, str], list[list[Any]]] = {}
    canceled = []
    first_seen: dict[str, int] = {}
    for place, row in enumerate(rows):
        person, number, pieces = row["CustomerID"], row["InvoiceNo"], int(row["Quantity"])
        first_seen.setdefault(number, place)
        if not person or row["StockCode"] in NO_GOODS:
            continue
        key = (person, row["StockCode"])
        if number.startswith("C"):
            canceled.append((row["InvoiceDate"], key, -pieces))
        elif pieces > 0 and row["StockCode"] not in SHIPPING:
            line = [row["InvoiceDate"], first_seen[number], place, pieces]
            bought.setdefault(key, []).append(line)
    met = 0
    for when, key, pieces in sorted(canceled):
        for line in sorted(bought.get(key, ()), reverse=True):
            if line[0] <= when:
                taken = min(pieces, line[-1])
                line[-1] -= taken
                pieces -= taken
                met += taken
    return met


@pytest.fixture
def online_retail(tmp_path: Path) -> Path:
    """A year of a real shop's till: all of it where orders go in as sets, a slice on SQLite."""
    whole = shared("online_retail", "online_retail.csv.gz")
    if connection.vendor == "postgresql":
        return whole
    path = tmp_path / "slice.csv.gz"
    with gzip.open(whole, "rt") as source, gzip.open(path, "wt") as target:
        for _, line in zip(range(SLICE + 1), source, strict=False):
            target.write(line)
    return path


def test_online_retail_arrives_as_it_was_counted(store: Store, run, online_retail: Path) -> None:
    path = online_retail
    expected = counted_retail(rows_of(path))

    told = run("import_orders", path, "csv", profile="online_retail")

    assert told["rejected"] == 0
    with store_scope(store.pk):
        lines = OrderLine.objects.all()
        sums = lines.aggregate(pieces=Sum("quantity"), refunded=Sum("refunded_quantity"))
        unmatched = Adjustment.objects.filter(reason="unmatched")
        assert Order.objects.count() == expected["orders"]
        assert lines.count() == expected["lines"]
        assert sums["pieces"] == expected["pieces"]
        assert Order.objects.aggregate(Sum("total_minor"))["total_minor__sum"] == expected["total"]
        assert Customer.objects.count() == expected["customers"]
        assert (
            Adjustment.objects.filter(reason="stock_correction").count() == expected["corrections"]
        )
        lost = sum(one.quantity for one in unmatched)
        assert sums["refunded"] + lost == expected["canceled pieces"]
        assert sums["refunded"] == met_retail(rows_of(path)) > 0
        assert not Adjustment.objects.filter(reason="waiting").exists()
        placed = EventRow.objects.filter(name="order.placed")
        assert placed.count() == EventRow.objects.filter(name="order.paid").count()
        assert placed.count() == expected["orders"]
        assert EventRow.objects.filter(name="order.refunded").count() == (
            Refund.objects.exclude(amount_minor=0).count()
        )
        assert set(EventRow.objects.values_list("origin", flat=True)) == {"import"}
    assert told["tally"]["free lines"] == expected["free"]
    assert told["counts"]["cancellations"] == expected["cancellations"]


def test_customers_know_their_orders_after_an_import(store: Store, run, tmp_path: Path) -> None:
    whole = shared("online_retail", "online_retail.csv.gz")
    path = tmp_path / "slice.csv.gz"
    with gzip.open(whole, "rt") as source, gzip.open(path, "wt") as target:
        for _, line in zip(range(8_000), source, strict=False):
            target.write(line)
    times: dict[str, set[str]] = {}
    invoices: dict[str, set[str]] = {}
    for row in rows_of(path):
        number, person = row["InvoiceNo"], row["CustomerID"]
        if person and not number.startswith("C") and row["StockCode"] not in NO_GOODS:
            invoices.setdefault(person, set()).add(number)
            times.setdefault(person, set()).add(row["InvoiceDate"])

    run("import_orders", path, "csv", profile="online_retail")

    with store_scope(store.pk):
        people = Customer.objects.prefetch_related("source_ids")
        for one in people:
            name = one.source_ids.get().external_id
            assert one.order_count == len(invoices.get(name, ()))
            if name in times:  # winter: London keeps UTC
                assert f"{one.first_order_at:%Y-%m-%d %H:%M}" == min(times[name])[:16]


def test_shopify_orders_export_arrives_whole(store: Store, run) -> None:
    path = shared("shopify_csv", "orders_export.csv")
    rows = list(rows_of(path))
    heads = [row for row in rows if row["Total"]]

    told = run("import_orders", path, "shopify")

    assert told["rejected"] == 0
    assert told["counts"]["orders new"] == len(heads) == 34
    with store_scope(store.pk):
        orders = {order.external_id: order for order in Order.objects.all()}
        assert len(orders) == 34
        assert OrderLine.objects.count() == len(rows)
        for row in heads:
            order = orders[row["Id"]]
            assert order.number == row["Name"]
            assert order.total_minor == round(float(row["Total"]) * 100)
            assert (order.email or "") == row["Email"]
            assert order.currency == "INR"
            assert order.payment_status == "paid"
            assert order.shipping_address.get("postcode", "") == row["Shipping Zip"].lstrip("'")
        emails = {row["Email"] for row in heads} - {""}
        assert Customer.objects.count() == len(emails)
        consents = EventRow.objects.filter(name="customer.consent_stated")
        said_yes = [row for row in heads if row["Accepts Marketing"] == "yes" and row["Email"]]
        assert consents.count() == len({(r["Email"], r["Created at"]) for r in said_yes})


@pytest.mark.parametrize("name", ["products_apparel.csv", "products_home-and-garden.csv"])
def test_shopify_products_arrive_whole(store: Store, run, name: str) -> None:
    path = shared("shopify_csv", name)
    rows = list(rows_of(path))

    told = run("import_products", path, "shopify")

    assert told["rejected"] == 0
    with store_scope(store.pk):
        assert Product.objects.count() == len({row["Handle"] for row in rows})
        priced = [row for row in rows if row["Variant Price"]]
        assert Variant.objects.count() == len(priced)
        assert sum(Variant.objects.values_list("price_minor", flat=True)) == sum(
            round(float(row["Variant Price"]) * 100) for row in priced
        )


def test_woocommerce_orders_arrive_whole(store: Store, run) -> None:
    path = shared("woocommerce_csv", "orders_export_plugin_sample.csv")
    rows = list(rows_of(path))

    told = run("import_orders", path, "woocommerce")

    assert told["rejected"] == 0
    with store_scope(store.pk):
        orders = {order.external_id: order for order in Order.objects.all()}
        assert set(orders) == {row["order_id"] for row in rows}
        for row in rows:
            order = orders[row["order_id"]]
            assert order.total_minor == round(float(row["order_total"]) * 100)
            assert order.email == row["billing_email"]
            lines = [cell for key, cell in row.items() if key.startswith("line_item") and cell]
            assert order.lines.count() == len(lines)
        assert orders["1001"].placed_at.isoformat() == "2018-05-16T05:32:06+00:00"
        assert orders["1002"].refunded_minor == 4600
        assert orders["1003"].discounts == [{"code": "flat20", "amount_minor": 1000}]


def test_woocommerce_products_arrive_whole(store: Store, run) -> None:
    path = shared("woocommerce_csv", "sample_products.csv")
    rows = list(rows_of(path))
    variations = [row for row in rows if row["Type"] == "variation"]
    simple = [row for row in rows if row["Type"].startswith("simple")]

    told = run("import_products", path, "woocommerce")

    assert told["rejected"] == 0
    with store_scope(store.pk):
        assert Product.objects.count() == len(rows) - len(variations)
        assert Variant.objects.count() == len(variations) + len(simple)
        hoodie = Product.objects.get(external_id="742")
        parents = {row["ID"] for row in variations if row["Parent"] == "cc-hoodie"}
        assert set(hoodie.variants.values_list("external_id", flat=True)) == parents
