"""One small Shopify, telling of its goods, an order, its parcel and its refund by hook and by file."""

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from orders.operations.process_notices import drain_notices
from tests.data import shared

PRODUCTS = """Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src
day-cream,Day cream,Skin care,Size,50 ml,DC-50,300.00,
day-cream,,,,100 ml,DC-100,500.00,
soap,Rose soap,Soaps,Title,Default Title,,99.00,
"""
HOOK_PRODUCTS = [
    {
        "id": 11,
        "title": "Day cream",
        "handle": "day-cream",
        "product_type": "Skin care",
        "updated_at": "2026-02-01T10:00:00+01:00",
        "variants": [
            {"id": 111, "title": "50 ml", "sku": "DC-50", "price": "310.00"},
            {"id": 112, "title": "100 ml", "sku": "DC-100", "price": "510.00"},
        ],
    },
    {
        "id": 12,
        "title": "Rose soap",
        "handle": "soap",
        "product_type": "Soaps",
        "updated_at": "2026-02-01T10:00:00+01:00",
        "variants": [{"id": 121, "title": "Default Title", "sku": "", "price": "99.00"}],
    },
]
ORDER = {
    "id": 5001,
    "name": "#1001",
    "order_number": 1001,
    "email": "jana@mail.example",
    "currency": "CZK",
    "created_at": "2026-01-10T10:00:00+01:00",
    "updated_at": "2026-01-10T10:00:00+01:00",
    "financial_status": "paid",
    "total_price": "399.00",
    "line_items": [
        {
            "id": 71,
            "product_id": 11,
            "variant_id": 111,
            "title": "Day cream",
            "variant_title": "50 ml",
            "sku": "DC-50",
            "quantity": 1,
            "price": "300.00",
        },
        {
            "id": 72,
            "product_id": 12,
            "variant_id": 121,
            "title": "Rose soap",
            "variant_title": "",
            "sku": "",
            "quantity": 1,
            "price": "99.00",
        },
    ],
}
REFUND = {
    "id": 901,
    "order_id": 5001,
    "created_at": "2026-01-20T10:00:00+01:00",
    "refund_line_items": [],
    "transactions": [{"kind": "refund", "status": "success", "amount": "99.00", "currency": "CZK"}],
}
PARCEL = {
    "id": 801,
    "order_id": 5001,
    "status": "success",
    "created_at": "2026-01-12T10:00:00+01:00",
    "updated_at": "2026-01-12T10:00:00+01:00",
    "tracking_company": "PPL",
    "tracking_number": "Z 77",
    "line_items": [{"id": 71, "quantity": 1}, {"id": 72, "quantity": 1}],
}
FULFILLED = {"Fulfillment Status": "fulfilled", "Fulfilled at": "2026-01-12 10:00:00 +0100"}
LINES = [
    {"Lineitem name": "Day cream - 50 ml", "Lineitem price": "300.00", "Lineitem sku": "DC-50"},
    {"Lineitem name": "Rose soap", "Lineitem price": "99.00", "Lineitem sku": ""},
]
WORDS = {
    "Id": "5001",
    "Email": "jana@mail.example",
    "Financial Status": "paid",
    "Paid at": "2026-01-10 10:00:00 +0100",
    "Currency": "CZK",
    "Total": "399.00",
    "Subtotal": "399.00",
}
Step = Callable[[], None]


@pytest.fixture
def steps(connect, run, write) -> dict[str, Callable[..., None]]:
    """A Shopify that tells of its products, orders and refunds by hook, and its exports."""
    sender = connect("shopify")

    def products_by_hook() -> None:
        for body in HOOK_PRODUCTS:
            assert sender.shopify("products/update", body).status_code == 200
        drain_notices()

    def order_by_hook(**changes: Any) -> None:
        assert sender.shopify("orders/updated", {**ORDER, **changes}).status_code == 200
        drain_notices()

    def refund_by_hook() -> None:
        assert sender.shopify("refunds/create", REFUND).status_code == 200
        drain_notices()

    def parcel_by_hook(**changes: Any) -> None:
        assert sender.shopify("fulfillments/create", {**PARCEL, **changes}).status_code == 200
        drain_notices()

    def products_by_file() -> None:
        run("import_products", write("products.csv", PRODUCTS), "shopify")

    def order_by_file(header: str = "orders_export", **words: str) -> None:
        run("import_orders", write("orders.csv", orders_csv(header, **words)), "shopify")

    return {
        "products by hook": products_by_hook,
        "products by file": products_by_file,
        "order by hook": order_by_hook,
        "order by file": order_by_file,
        "refund by hook": refund_by_hook,
        "parcel by hook": parcel_by_hook,
        "fulfilled by file": partial(order_by_file, **FULFILLED),
    }


def orders_csv(header: str, **words: str) -> str:
    """An export of order #1001, with Shopify's own header."""
    names = json.loads(shared("shopify_csv", "headers.json").read_text())[header]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, extrasaction="ignore", restval="")
    writer.writeheader()
    for place, line in enumerate(LINES):
        head = {**WORDS, **words} if place == 0 else {}
        every = {"Name": "#1001", "Created at": "2026-01-10 10:00:00 +0100"}
        writer.writerow({**every, "Lineitem quantity": "1", **line, **head})
    return out.getvalue()
