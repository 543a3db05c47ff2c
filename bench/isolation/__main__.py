"""A crowd in one lane or one store, and how long the others wait behind it.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m bench.isolation \
        [--parts lanes stores] [--queued 50000] [--events 10000]

`lanes`: `--queued` marketing mails of a store are due at once; meanwhile the same store sells, and
order news start after how long? (target p95 5 s)
`stores`: `--events` deliveries of one store within a minute; meanwhile another store sells one order a
second: from its commit to its confirmation in the calendar (target p95 30 s).

One worker with two processes and beat, as docker-compose starts them; mails go into the local
mailbox. Makes a database beside the one named and drops it.
"""

import argparse
import os
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

from bench.ingest import client, servers
from bench.ingest.__main__ import _answers, _sql, _wait_until_done, _workers

PARTS = ("lanes", "stores")


def main() -> None:
    options = _options()
    ours = os.environ.get("DATABASE_URL", "")
    if not ours.startswith("postgres"):
        raise SystemExit("This bench wants PostgreSQL: set DATABASE_URL.")
    parts = urlsplit(ours)
    name = f"{parts.path.lstrip('/')}_isolation"
    folder = Path(tempfile.mkdtemp(prefix="afterglow-bench-"))
    env = servers.production(
        database_url=urlunsplit(parts._replace(path=f"/{name}")),
        redis_url=os.environ.get("REDIS_URL", ""),
        folder=folder,
    )
    os.environ.update(env)
    _sql(ours, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, logs in {folder}")
    try:
        import django  # noqa: PLC0415 (the environment comes first)

        django.setup()
        from bench.ingest import shop  # noqa: PLC0415

        shop.migrate()
        for part in options.parts:
            {"lanes": _lanes, "stores": _stores}[part](options, env=env, folder=folder)
        from django.db import connection  # noqa: PLC0415

        connection.close()
    finally:
        _sql(ours, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    print(f"load {os.getloadavg()[0]:.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--queued", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=60, help="how long the others sell")
    return parser.parse_args()


def _lanes(options: argparse.Namespace, *, env: dict[str, str], folder: Path) -> None:
    from bench.ingest import shop  # noqa: PLC0415
    from bench.isolation.crowd import marketing_due, news_waits  # noqa: PLC0415

    writer = shop.open_shop(slug="lanes", held=False)
    marketing_due(store=writer.shop.store, number=options.queued)
    with ExitStack() as stack:
        groups = _workers(stack, env=env, folder=folder)
        heard = client.steady(
            port=groups["port"], rate=2, seconds=options.seconds, requests=writer.orders_only()
        )
        _wait_until_done(seconds=120)
        waits, marketing_left = news_waits(store=writer.shop.store)
    print(f"2 orders a second behind {options.queued:,} marketing mails: {_answers(heard)}")
    print(
        f"order news, from due to being handed over | {len(waits)} of {len(heard.seconds)} | "
        f"p50 {median(waits):.2f} s | p95 {shop.p95(waits):.2f} s | longest {waits[-1]:.2f} s | "
        f"target p95 5 s | marketing left {marketing_left:,}"
    )


def _stores(options: argparse.Namespace, *, env: dict[str, str], folder: Path) -> None:
    from bench.ingest import shop  # noqa: PLC0415

    busy, quiet = shop.open_shop(slug="busy"), shop.open_shop(slug="quiet")
    with ExitStack() as stack:
        groups = _workers(stack, env=env, folder=folder)
        crowd: dict[str, client.Heard] = {}

        def flood() -> None:
            crowd["heard"] = client.steady(
                port=groups["port"],
                rate=options.events / 60,
                seconds=60,
                requests=busy.whole_lives(),
            )

        thread = threading.Thread(target=flood)
        thread.start()
        time.sleep(5)
        heard = client.steady(
            port=groups["port"], rate=1, seconds=options.seconds, requests=quiet.orders_only()
        )
        thread.join()
        left = shop.left_to_do()
        waits: list[float] = []
        ends = time.monotonic() + 300
        while len(waits) < len(heard.seconds) and time.monotonic() < ends:
            time.sleep(1)
            waits = shop.delays(slug="quiet")
    print(f"busy store: {_answers(crowd['heard'])} | left to do after its minute {left:,}")
    print(f"quiet store: {_answers(heard)}")
    print(
        f"quiet store, from commit to calendar | {len(waits)} of {len(heard.seconds)} | "
        f"p50 {median(waits):.2f} s | p95 {shop.p95(waits):.2f} s | longest {waits[-1]:.2f} s | "
        "target p95 30 s"
    )


if __name__ == "__main__":
    main()
