"""How fast customers and products go in: in sets, beside one by one as the peer to beat.

    DATABASE_URL=postgres://… python -m bench.import_catalog --rows 20000 --one-by-one 1000

Writes files as Shopify exports them (two variants a product; two customers in five say yes to mail),
and takes each in three times: new, the same again, and with every tenth record changed. Both ways
run in one process on a scratch database, which is dropped afterwards; one by one with fewer rows,
for its patience. CPU seconds are of this process and of its PostgreSQL session, and are less
distorted by other load than the wall clock.
"""

import argparse
import csv
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")

import django

django.setup()

from bench.counting import Cost  # noqa: E402
from bench.measured import measured  # noqa: E402
from bench.scratch import scratch_database  # noqa: E402
from core import clock  # noqa: E402
from core.stores.models import Store  # noqa: E402
from core.stores.scope import store_scope  # noqa: E402
from orders.imports.formats import CUSTOMERS, PRODUCTS  # noqa: E402
from orders.imports.take_in import Job, Summary, Writer, take_in  # noqa: E402
from orders.imports.write_one_by_one import OneByOne  # noqa: E402
from orders.imports.write_sets import customers_in_sets, products_in_sets  # noqa: E402

CHANGED = 10  # every tenth
SAY_YES = (0, 3)  # of five
PRODUCT_HEADER = [
    "Handle", "Title", "Type", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price",
    "Image Src",
]  # fmt: skip
CUSTOMER_HEADER = [
    "Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Country Code",
    "Phone",
]  # fmt: skip


def customers(*, rows: int, changed: bool) -> Iterator[Sequence[str]]:
    """Customers of a Shopify export; `changed` gives every tenth another name and a yes."""
    yield CUSTOMER_HEADER
    for number in range(rows):
        other = changed and number % CHANGED == 0
        says = "yes" if other or number % 5 in SAY_YES else "no"
        name = "Jana Marie" if other else "Jana"
        email = f"jana.{number}@mail.example"
        phone = f"'+420600{number:06d}"
        yield f"'{70_000_000 + number}", name, f"Nová {number}", email, says, "CZ", phone


def products(*, rows: int, changed: bool) -> Iterator[Sequence[str]]:
    """Products of a Shopify export; `changed` gives every tenth another price."""
    yield PRODUCT_HEADER
    for number in range(rows):
        price = 310 if changed and number % CHANGED == 0 else 300
        image = f"https://shop.example/{number}.jpg"
        kind = f"Kind {number % 40}"
        for place, size in enumerate(("50 ml", "100 ml")):
            head = (f"Cream {number}", kind) if place == 0 else ("", "")
            sku = f"CR-{number}-{place}"
            cells = ("Size", size, sku, f"{price + 100 * place}.00", image if place == 0 else "")
            yield f"cream-{number}", *head, *cells


FILES = {"customers": (customers, CUSTOMERS), "products": (products, PRODUCTS)}


def writer_of(*, way: str, kind: str, store: Store, now: datetime) -> Writer:
    """What writes this kind of records that way."""
    if way == "one by one":
        return OneByOne(store=store, what=kind, now=now)
    return (customers_in_sets if kind == "customers" else products_in_sets)(store=store, now=now)


def one_way(*, way: str, kind: str, paths: dict[str, Path], rows: int) -> dict[str, Any]:
    """Each file into one new store; figures by pass, milliseconds of CPU for each record."""
    slug = f"{kind}-{way}".replace(" ", "-")
    store = Store.objects.create(name=slug, slug=slug, currency="CZK", time_zone="Europe/Prague")
    found: dict[str, Any] = {}
    for name, path in paths.items():
        now, cost = clock.now(store), Cost()
        job = Job(kind=kind, format="shopify", path=path, reader=FILES[kind][1]["shopify"])
        told: list[Summary] = []

        def work(job: Job = job, now: datetime = now, told: list[Summary] = told) -> None:
            writer = writer_of(way=way, kind=kind, store=store, now=now)
            told.append(take_in(job=job, store=store, writer=writer, now=now))

        with store_scope(store.pk), cost.measured():
            figures = measured(work)
        cpu = figures["cpu_here"] + figures["cpu_database"]
        found[name] = {
            **figures,
            "cpu_ms_a_record": round(1000 * cpu / rows, 3),
            "statements": cost.statements,
            "counts": dict(told[0].counts),
        }
    return found


def files(kind: str, *, rows: int, folder: Path) -> dict[str, Path]:
    """The file of each pass."""
    paths = {}
    for name in ("new", "changed"):
        path = paths[name] = folder / f"{kind}-{name}-{rows}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(FILES[kind][0](rows=rows, changed=name == "changed"))
    return {"new": paths["new"], "again": paths["new"], "changed": paths["changed"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--one-by-one", type=int, default=1_000)
    parser.add_argument("--kinds", nargs="+", choices=list(FILES), default=list(FILES))
    options = parser.parse_args()
    ways = {"in sets": options.rows, "one by one": options.one_by_one}
    with scratch_database() as database, tempfile.TemporaryDirectory() as folder:
        print(f"{database}, load average {os.getloadavg()}")
        for kind in options.kinds:
            for way, rows in ways.items():
                paths = files(kind, rows=rows, folder=Path(folder))
                for name, told in one_way(way=way, kind=kind, paths=paths, rows=rows).items():
                    print(f"{kind}, {name}, {way}, {rows} rows: {json.dumps(told)}")
        print(f"load average {os.getloadavg()}")


if __name__ == "__main__":
    main()
