"""How fast orders with parcels and refunds go in, beside plain ones and beside one at a time.

    DATABASE_URL=postgres://… python -m bench.import_parts --orders 2000

Makes a Shopify export of so many orders twice: plain, and fulfilled with a sum given back; imports
each into a store of its own, then takes the second in again, and tells a tenth of it order by order
(`apply_news`) as the peer. CPU seconds are of this process and of its database session. Runs in a
scratch database that is dropped afterwards.
"""

import argparse
import csv
import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.scratch import scratch_database

START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
NAMES = [
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at",
    "Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Created at",
    "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku",
    "Lineitem requires shipping", "Billing Name", "Billing Address1", "Billing City",
    "Billing Zip", "Billing Country", "Refunded Amount", "Id",
]  # fmt: skip


def write_export(path: Path, *, orders: int, whole: bool) -> None:
    """An export of orders with two lines each; `whole` ones were fulfilled, every fifth refunded."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, NAMES, restval="")
        writer.writeheader()
        for number in range(orders):
            at = START + timedelta(minutes=7 * number)
            buyer = number % max(1, orders // 2)
            head = {
                "Email": f"buyer{buyer}@mail.example",
                "Financial Status": "paid",
                "Paid at": f"{at:%Y-%m-%d %H:%M:%S} +0000",
                "Currency": "EUR",
                "Subtotal": "35.00",
                "Shipping": "4.00",
                "Total": "39.00",
                "Billing Name": f"Buyer {buyer}",
                "Billing Address1": f"Long Street {buyer}",
                "Billing City": "Brno",
                "Billing Zip": "60200",
                "Billing Country": "CZ",
                "Id": str(5_000_000 + number),
            }
            if whole:
                left = at + timedelta(days=1)
                head |= {
                    "Fulfillment Status": "fulfilled",
                    "Fulfilled at": f"{left:%Y-%m-%d %H:%M:%S} +0000",
                    "Refunded Amount": "15.00" if number % 5 == 0 else "",
                }
            for place, price in enumerate(("15.00", "20.00")):
                goods = number % 50 + 50 * place
                writer.writerow(
                    {
                        "Name": f"#{number}",
                        "Created at": f"{at:%Y-%m-%d %H:%M:%S} +0000",
                        "Lineitem quantity": "1",
                        "Lineitem name": f"Product {goods}",
                        "Lineitem price": price,
                        "Lineitem sku": f"SKU-{goods}",
                        "Lineitem requires shipping": "true",
                    }
                    | (head if place == 0 else {})
                )


def one_by_one(path: Path, *, store: Any, orders: int) -> None:
    """The first `orders` of the file through `apply_news`, as a hook's news would go."""
    from django.db import transaction  # noqa: PLC0415

    from core.stores.scope import store_scope  # noqa: PLC0415
    from orders.imports.files import ImportFile  # noqa: PLC0415
    from orders.imports.records import Reading  # noqa: PLC0415
    from orders.imports.shopify_orders import read_orders  # noqa: PLC0415
    from orders.operations.apply_news import apply_news  # noqa: PLC0415

    reading = Reading(currency="EUR", zone="Europe/Prague", as_of=START)
    with ImportFile(path) as file, store_scope(store.pk):
        for _, item in zip(range(orders), read_orders(file=file, reading=reading), strict=False):
            with transaction.atomic():
                apply_news(
                    news=item.news,
                    store=store,
                    origin="import",
                    now=START + timedelta(days=300),
                )


def run(orders: int, folder: Path) -> dict[str, Any]:
    """All figures."""
    from django.core.management import call_command  # noqa: PLC0415

    from bench.measured import measured  # noqa: PLC0415
    from core.stores.models import Store  # noqa: PLC0415

    figures: dict[str, Any] = {"orders": orders}
    stores = {
        name: Store.objects.create(name=name, slug=name, currency="EUR", time_zone="Europe/Prague")
        for name in ("warm", "plain", "whole", "peer")
    }
    write_export(folder / "warm.csv", orders=20, whole=True)
    for name in ("plain", "whole"):
        write_export(folder / f"{name}.csv", orders=orders, whole=name == "whole")
    for title, name in (("warm",) * 2, ("plain",) * 2, ("whole",) * 2, ("whole again", "whole")):
        figures[title] = measured(
            lambda name=name: call_command(
                "import_orders",
                folder / f"{name}.csv",
                store=name,
                format="shopify",
                rejects=folder / "rejects.csv",
                json=True,
                stdout=(folder / "told.json").open("w"),
            )
        )
        figures[title]["counts"] = json.loads((folder / "told.json").read_text())["counts"]
    del figures["warm"]
    tenth = orders // 10
    figures["a tenth, one by one"] = measured(
        lambda: one_by_one(folder / "whole.csv", store=stores["peer"], orders=tenth)
    )
    figures["load_average"] = os.getloadavg()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=2_000)
    options = parser.parse_args()
    with scratch_database() as kind, tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"database": kind, **run(options.orders, Path(folder))}, indent=1))


if __name__ == "__main__":
    main()
