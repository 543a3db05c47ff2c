"""Olist's tables into JSON lines of our generic schema, with their delivery times.

    python -m bench.olist_to_jsonl ../shared/data/olist olist.jsonl.gz [--limit N]
    python manage.py import_orders olist.jsonl.gz --store S --format jsonl

What becomes what:
- person = ``customer_unique_id`` (``customer_id`` is new for each order); no e-mail, Brazil, the state
  as region;
- times have no zone: they are Brazil's (America/Sao_Paulo); the estimate is a day, promised until its
  end;
- a line per item, its freight in the order's shipping; the total is goods and freight;
- approved = paid; handed to the carrier = shipped; delivered to the customer = delivered: one parcel,
  since the tables tell one pair of times per order;
- ``canceled`` and ``unavailable`` are canceled at the latest time known; orders without items stay
  orders without lines;
- titles are not in the tables: the category in English with the head of the product's id.
"""

import argparse
import csv
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Sao_Paulo")
Row = dict[str, str]


def rows(folder: Path, name: str) -> Iterator[Row]:
    """The rows of one table."""
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def local(text: str) -> str | None:
    """A time of the tables, with the offset Brazil had."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat() if text else None


def end_of_day(text: str) -> str | None:
    """The last second of the estimated day."""
    if not text:
        return None
    day = datetime.fromisoformat(text).replace(tzinfo=ZONE)
    return (day + timedelta(days=1, seconds=-1)).isoformat()


def convert(folder: Path, *, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """One item per order, in the order of the table."""
    english = {
        row["product_category_name"]: row["product_category_name_english"]
        for row in rows(folder, "product_category_name_translation")
    }
    categories = {
        row["product_id"]: english.get(
            row["product_category_name"], row["product_category_name"]
        ).replace("_", " ")
        for row in rows(folder, "olist_products_dataset")
    }
    people = {row["customer_id"]: row for row in rows(folder, "olist_customers_dataset")}
    items: dict[str, list[Row]] = {}
    for row in rows(folder, "olist_order_items_dataset"):
        items.setdefault(row["order_id"], []).append(row)
    methods: dict[str, str] = {}
    for row in rows(folder, "olist_order_payments_dataset"):
        methods.setdefault(row["order_id"], row["payment_type"])
    for number, row in enumerate(rows(folder, "olist_orders_dataset")):
        if limit is not None and number >= limit:
            return
        order_id = row["order_id"]
        yield order(row, people[row["customer_id"]], items.get(order_id, []), categories, methods)


def order(
    row: Row, person: Row, items: list[Row], categories: dict[str, str], methods: dict[str, str]
) -> dict[str, Any]:
    """One order as the schema has it."""
    known = [
        moment
        for name in (
            "order_purchase_timestamp",
            "order_approved_at",
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
        )
        if (moment := local(row[name]))
    ]
    latest = max(known, key=lambda text: datetime.fromisoformat(text).astimezone(UTC))
    goods = sum((Decimal(item["price"]) for item in items), Decimal(0))
    freight = sum((Decimal(item["freight_value"]) for item in items), Decimal(0))
    paid_at = local(row["order_approved_at"])
    data: dict[str, Any] = {
        "id": row["order_id"],
        "number": row["order_id"][:8],
        "currency": "BRL",
        "placed_at": local(row["order_purchase_timestamp"]),
        "updated_at": latest,
        "subtotal": str(goods),
        "shipping": str(freight),
        "total": str(goods + freight),
        "payment_status": "paid" if paid_at else "pending",
        "payment_method": methods.get(row["order_id"], ""),
        "paid_at": paid_at,
        "promised_at": end_of_day(row["order_estimated_delivery_date"]),
        "customer": {
            "id": person["customer_unique_id"],
            "country": "BR",
            "region": person["customer_state"],
            "time_zone": "America/Sao_Paulo",
        },
        "lines": [line(item, categories) for item in items],
        "fulfillments": parcels(row, latest),
    }
    if row["order_status"] in {"canceled", "unavailable"}:
        data |= {"canceled_at": latest, "cancel_reason": row["order_status"]}
    return {"type": "order", "data": {key: value for key, value in data.items() if value}}


def line(item: Row, categories: dict[str, str]) -> dict[str, Any]:
    """One piece; Olist has a row per piece."""
    category = categories.get(item["product_id"], "")
    return {
        "id": item["order_item_id"],
        "title": f"{category or 'product'} {item['product_id'][:6]}",
        "quantity": 1,
        "unit_price": item["price"],
        "total": item["price"],
        "product_id": item["product_id"],
        "category": category,
    }


def parcels(row: Row, latest: str) -> list[dict[str, Any]]:
    """The one parcel whose times the tables tell."""
    shipped = local(row["order_delivered_carrier_date"])
    delivered = local(row["order_delivered_customer_date"])
    if not shipped and not delivered:
        return []
    parcel = {
        "id": "1",
        "status": "delivered" if delivered else "shipped",
        "updated_at": latest,
        "shipped_at": shipped,
        "delivered_at": delivered,
    }
    return [{key: value for key, value in parcel.items() if value}]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="Where Olist's .csv.gz tables lie.")
    parser.add_argument("target", type=Path, help="The .jsonl or .jsonl.gz to write.")
    parser.add_argument("--limit", type=int, help="So many orders only.")
    options = parser.parse_args()
    opener: Any = gzip.open if options.target.suffix == ".gz" else open
    count = 0
    with opener(options.target, "wt", encoding="utf-8") as file:
        for item in convert(options.folder, limit=options.limit):
            file.write(json.dumps(item, ensure_ascii=False) + "\n")
            count += 1
    print(f"{count:,} orders in {options.target}")


if __name__ == "__main__":
    main()
