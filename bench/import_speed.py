"""How fast a shop's history goes in, beside COPY of the same file as the limit.

    DATABASE_URL=postgres://… python -m bench.import_speed ../shared/data/online_retail/online_retail.csv.gz

Wants PostgreSQL and a database of its own; makes a store, imports the file whole (customers,
products, orders, lines, refunds, events), and prints wall clock, CPU of this process and of its
PostgreSQL session (which other load does not distort), and peak memory. Leaves the rows there.
"""

import argparse
import csv
import gzip
import io
import json
import os
import resource
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.measured import measured  # noqa: E402
from core.ids import new_public_id  # noqa: E402
from core.stores.models import Store  # noqa: E402


def copy_only(path: Path) -> None:
    """The file as it is into an unlogged table: what reading and COPY alone cost."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        names = next(csv.reader([file.readline()]))
        columns = ", ".join(f'"{name}" text' for name in names)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_staging")
            cursor.execute(f"CREATE UNLOGGED TABLE bench_staging ({columns})")
            cursor.copy_expert("COPY bench_staging FROM STDIN WITH CSV", file)
            cursor.execute("DROP TABLE bench_staging")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("This bench wants PostgreSQL: set DATABASE_URL.")
    slug = f"bench-{new_public_id().hex[:8]}"
    Store.objects.create(name="Bench", slug=slug, currency="GBP", time_zone="Europe/London")
    figures: dict[str, Any] = {"copy_only": measured(lambda: copy_only(options.file))}
    for name in ("import", "again"):
        out = io.StringIO()
        figures[name] = measured(
            lambda out=out: call_command(
                "import_orders",
                options.file,
                store=slug,
                format="csv",
                profile="online_retail",
                rejects=Path(f"/tmp/{slug}.csv"),
                json=True,
                stdout=out,
            )
        )
        told = json.loads(out.getvalue())
        figures[name]["counts"] = told["counts"]
    with gzip.open(options.file, "rt") as file:
        lines = sum(1 for _ in file) - 1
    figures["lines_in_file"] = lines
    figures["lines_per_second"] = round(lines / figures["import"]["seconds"])
    figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures["load_average"] = os.getloadavg()
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
