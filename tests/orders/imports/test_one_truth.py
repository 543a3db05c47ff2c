"""What a Shopify file and Shopify's hooks tell of one thing ends as one thing, whichever came first."""

from pathlib import Path
from typing import Any

import pytest

from core.events.models import EventRow
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import Fulfillment, Order, OrderLine, Product, Refund, Variant
from tests.orders.imports.one_shop import (
    FULFILLED,
    orders_csv,
    steps,
)

__all__ = ["steps"]

pytestmark = pytest.mark.django_db

TOLD = ["products by hook", "products by file", "order by hook", "order by file"]
ORDERS_OF_ARRIVAL = [
    ["products by file", "products by hook"],
    ["products by hook", "products by file"],
    ["products by file", "order by hook", "products by hook"],
    ["order by file", "products by file", "products by hook"],
    ["order by file", "products by hook", "products by file"],
    ["order by hook", "products by file", "products by hook"],
    ["order by file", "order by hook", "products by hook"],
    ["products by hook", "order by file", "order by hook"],
    TOLD,
    TOLD[::-1],
]


@pytest.mark.measure
@pytest.mark.parametrize("arrival", ORDERS_OF_ARRIVAL, ids=" > ".join)
def test_a_product_is_one_however_it_was_told(store: Store, steps, arrival: list[str]) -> None:
    for step in arrival:
        steps[step]()
    with store_scope(store.pk):
        products = {row.external_id: row for row in Product.objects.all()}
        assert sorted(products) == ["11", "12"]
        variants = set(Variant.objects.values_list("external_id", "product__external_id", "sku"))
        assert variants == {("111", "11", "DC-50"), ("112", "11", "DC-100"), ("121", "12", "")}
        lines = OrderLine.objects.values_list("product__external_id", "variant__external_id")
        if any("order" in step for step in arrival):
            assert sorted(lines)[0] == ("11", "111")
            assert sorted(lines)[1][0] == "12"


@pytest.mark.measure
@pytest.mark.parametrize("first", ["order by file", "order by hook"])
def test_an_order_is_one_and_no_change_is_told(store: Store, steps, first: str) -> None:
    """The shop's own word replaces the file's lines; customers hear of no change that was none."""
    for step in [first, "order by file", "order by hook"]:
        steps[step]()
    with store_scope(store.pk):
        order = Order.objects.get()
        assert [line.external_id for line in order.lines.all()] == ["71", "72"]
        assert [line.variant_title for line in order.lines.all()] == ["50 ml", ""]
        assert not EventRow.objects.filter(name="order.changed").exists()
        assert EventRow.objects.filter(name="order.placed").count() == 1


@pytest.mark.measure
def test_lines_keep_their_rows_when_the_shop_tells_their_ids(store: Store, steps) -> None:
    steps["order by file"]()
    with store_scope(store.pk):
        before = [line.pk for line in Order.objects.get().lines.all()]
    steps["order by hook"]()
    with store_scope(store.pk):
        assert [line.pk for line in Order.objects.get().lines.all()] == before


@pytest.mark.measure
def test_an_older_file_does_not_overwrite_what_a_hook_told(store: Store, steps) -> None:
    steps["order by hook"](note="Ring twice", updated_at="2026-01-12T10:00:00+01:00")
    steps["order by file"](Notes="Old", Total="1.00")
    steps["products by hook"]()
    steps["products by file"]()
    with store_scope(store.pk):
        order = Order.objects.get()
        assert (order.note, order.total_minor) == ("Ring twice", 39900)
        assert Variant.objects.get(external_id="111").price_minor == 31000


@pytest.mark.measure
def test_a_newer_file_adds_a_cancellation_and_nothing_else(store: Store, steps) -> None:
    """A file says when an order was canceled, but not which of its other cells changed when."""
    steps["order by hook"](note="Ring twice")
    steps["order by file"](**{"Cancelled at": "2026-01-15 10:00:00 +0100", "Notes": "Other"})
    with store_scope(store.pk):
        order = Order.objects.get()
        assert (order.status, order.note) == ("canceled", "Ring twice")


@pytest.mark.measure
@pytest.mark.parametrize("hook_first", [True, False])
@pytest.mark.parametrize(("in_file", "expected"), [("99.00", 9900), ("150.00", 15000)])
def test_a_refund_is_not_counted_twice(
    store: Store, steps, hook_first: bool, in_file: str, expected: int
) -> None:
    by_file = [
        lambda: steps["order by file"](
            **{"Refunded Amount": in_file, "Financial Status": "partially_refunded"}
        )
    ]
    by_hook = [steps["order by hook"], steps["refund by hook"]]
    for step in by_hook + by_file if hook_first else by_file + by_hook:
        step()
    with store_scope(store.pk):
        assert Order.objects.get().refunded_minor == expected
        standing = Refund.objects.filter(deleted_at__isnull=True)
        rest = [("file", expected - 9900)] if expected > 9900 else []
        found = standing.order_by("external_id").values_list("external_id", "amount_minor")
        assert list(found) == [("901", 9900), *rest]


@pytest.mark.measure
@pytest.mark.parametrize(
    "arrival",
    [
        ["order by file", "order by hook"],
        ["order by hook", "order by file"],
        ["refund by hook", "order by file", "order by hook"],
        ["order by file", "refund by hook", "order by hook", "order by file"],
    ],
    ids=" > ".join,
)
def test_an_order_of_2012_is_met_by_its_number(store: Store, steps, arrival: list[str]) -> None:
    """Its export has no ids."""
    for step in arrival:
        steps[step](*(["orders_export_2012"] if step == "order by file" else []))
    with store_scope(store.pk):
        order = Order.objects.get()
        assert (order.external_id, order.number) == ("5001", "#1001")
        assert order.refunded_minor == (9900 if "refund by hook" in arrival else 0)
        assert order.lines.count() == 2


@pytest.mark.measure
def test_the_header_of_2012_alone(store: Store, steps, run, write, tmp_path: Path) -> None:
    steps["order by file"]("orders_export_2012")
    again = run("import_orders", write("again.csv", orders_csv("orders_export_2012")), "shopify")
    assert again["repeated"]
    assert again["counts"] == {"orders already there": 1}
    with store_scope(store.pk):
        order = Order.objects.get()
        assert (order.number, order.total_minor, order.currency) == ("#1001", 39900, "CZK")
        assert [line.title for line in order.lines.all()] == ["Day cream - 50 ml", "Rose soap"]


@pytest.mark.measure
@pytest.mark.parametrize("header", ["orders_export", "orders_export_2012"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (FULFILLED, ("fulfilled", 1)),
        ({"Fulfillment Status": "fulfilled"}, ("fulfilled", 1)),
        ({**FULFILLED, "Fulfillment Status": "partial"}, ("unfulfilled", 0)),
        ({"Fulfillment Status": "unfulfilled"}, ("unfulfilled", 0)),
        ({}, ("unfulfilled", 0)),
    ],
)
def test_a_file_says_that_an_order_is_fulfilled(
    store: Store, steps, header: str, words: dict[str, str], expected: tuple[str, int]
) -> None:
    steps["order by file"](header, **words)
    steps["order by file"](header, **words, Notes="told again")
    with store_scope(store.pk):
        order = Order.objects.get()
        assert (order.fulfillment_status, order.fulfillments.count()) == expected
        assert EventRow.objects.filter(name="fulfillment.shipped").count() == expected[1]


@pytest.mark.measure
@pytest.mark.parametrize(
    "arrival",
    [
        ["fulfilled by file"],
        ["fulfilled by file", "order by hook", "parcel by hook"],
        ["order by hook", "fulfilled by file", "parcel by hook"],
        ["order by hook", "parcel by hook", "fulfilled by file"],
        ["parcel by hook", "order by hook", "fulfilled by file"],
        ["parcel by hook", "fulfilled by file", "order by hook"],
        ["parcel by hook", "fulfilled by file", "parcel by hook", "order by hook"],
    ],
    ids=" > ".join,
)
@pytest.mark.parametrize("header", ["orders_export", "orders_export_2012"])
def test_a_parcel_is_one_whoever_tells_of_it(
    store: Store, steps, arrival: list[str], header: str
) -> None:
    for step in arrival:
        steps[step](*([header] if step == "fulfilled by file" else []))
    with store_scope(store.pk):
        parcel = Fulfillment.objects.get()
        assert parcel.order.fulfillment_status == "fulfilled"
        is_told = "parcel by hook" in arrival
        told = ("801", "PPL", "Z77", 2) if is_told else ("file", "", "", 0)
        found = (parcel.external_id, parcel.carrier, parcel.tracking_number)
        assert (*found, parcel.lines.count()) == told
        assert parcel.shipped_at.isoformat() == "2026-01-12T09:00:00+00:00"
        shipped = EventRow.objects.get(name="fulfillment.shipped")
        assert shipped.subject == f"fulfillment:{parcel.pk}"


@pytest.mark.measure
@pytest.mark.parametrize("file_first", [True, False])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"line_items": [{"id": 71, "quantity": 1}]}, ("partial", ["801"])),
        ({"status": "cancelled"}, ("unfulfilled", ["801"])),
        ({"status": "pending"}, ("fulfilled", ["801", "file"])),
    ],
)
def test_the_shops_own_word_of_its_parcels_holds(
    store: Store, steps, file_first: bool, changes: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    """A parcel that is only being prepared says nothing against a file that saw the order leave."""
    by_hook = [steps["order by hook"], lambda: steps["parcel by hook"](**changes)]
    by_file = [steps["fulfilled by file"]]
    for step in by_file + by_hook if file_first else by_hook + by_file:
        step()
    with store_scope(store.pk):
        order = Order.objects.get()
        parcels = sorted(row.external_id for row in order.fulfillments.all())
        assert (order.fulfillment_status, parcels) == expected
    steps["parcel by hook"](updated_at="2026-01-14T10:00:00+01:00")
    with store_scope(store.pk):
        parcel = Fulfillment.objects.get()
        assert (parcel.external_id, parcel.status) == ("801", "shipped")
        assert Order.objects.get().fulfillment_status == "fulfilled"
        assert EventRow.objects.filter(name="fulfillment.shipped").count() == 1
