"""Signed deliveries from the door to the calendar.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m bench.ingest \
        [--parts door lag steady] [--minutes 1] [--rounds 5]

`door`: rounds of our door and of the barest Django view that checks the same HMAC and inserts the
same bytes, turn by turn, two gunicorn workers each, as fast as 16 connections go.
`lag`: 30 new orders a second with workers running; from commit to the confirmation in the calendar.
`steady`: 200 deliveries a second for `--minutes`, whole lives of orders, with workers running; how
long the answers took, and how long until everything is planned. Nothing is sent (the store is on hold).

Makes a database beside the one named and drops it. Wants PostgreSQL, and Redis for all but `door`.
"""

import argparse
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

from bench.ingest import client, servers

PARTS = ("door", "lag", "steady")
CONNECTIONS = 16
WORKER = ["celery", "-A", "engagement", "worker", "-Q", "notices,reactions,outbox,commands,chores"]
WORKER += ["--loglevel", "WARNING", "--concurrency", "2", "--without-gossip", "--without-mingle"]


def main() -> None:
    options = _options()
    ours = os.environ.get("DATABASE_URL", "")
    if not ours.startswith("postgres"):
        raise SystemExit("This bench wants PostgreSQL: set DATABASE_URL.")
    parts = urlsplit(ours)
    name = f"{parts.path.lstrip('/')}_ingest"
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
            {"door": _door, "lag": _lag, "steady": _steady}[part](options, env=env, folder=folder)
        from django.db import connection  # noqa: PLC0415

        connection.close()
    finally:
        if not options.keep:
            _sql(ours, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    print(f"load {os.getloadavg()[0]:.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--minutes", type=float, default=1, help="of the steady part")
    parser.add_argument("--rounds", type=int, default=5, help="of the door")
    parser.add_argument("--rate", type=float, default=200, help="deliveries a second when steady")
    parser.add_argument("--keep", action="store_true", help="keep the database")
    return parser.parse_args()


def _sql(database_url: str, *statements: str) -> None:
    import psycopg2  # noqa: PLC0415

    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def _door(options: argparse.Namespace, *, env: dict[str, str], folder: Path) -> None:
    from django.db import connection  # noqa: PLC0415

    from bench.ingest import shop  # noqa: PLC0415
    from bench.ingest.bare import TABLE  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    writer = shop.open_shop(slug="door")
    requests = writer.one_order_over_and_over()
    bare_env = env | {
        "DJANGO_SETTINGS_MODULE": "bench.ingest.bare",
        "BENCH_SECRET": writer.secret.decode(),
    }
    with ExitStack() as stack:
        doors = {
            "bare": stack.enter_context(
                servers.web(
                    "django.core.wsgi:get_wsgi_application()", env=bare_env, log=folder / "bare.log"
                )
            ),
            "ours": stack.enter_context(
                servers.web("engagement.wsgi:application", env=env, log=folder / "ours.log")
            ),
        }
        rates: dict[str, list[float]] = {name: [] for name in doors}
        burnt: dict[str, list[float]] = {name: [] for name in doors}
        for number in range(options.rounds + 1):
            for name, (port, process) in doors.items():
                sessions = shop.backends()
                before = servers.cpu_of_group(process.pid), servers.cpu_of(sessions)
                heard = client.closed_loop(
                    port=port,
                    connections=CONNECTIONS,
                    seconds=1 if number == 0 else 4,
                    next_request=lambda: next(requests),
                )
                if heard.errors:
                    raise SystemExit(f"{name}: {heard.errors} errors, {heard.first_error}")
                if number == 0:  # warm: connections, caches
                    continue
                web = servers.cpu_of_group(process.pid) - before[0]
                base = servers.cpu_of(sessions) - before[1]
                rates[name].append(heard.rate)
                burnt[name].append(1e6 * (web + base) / len(heard.seconds))
                print(
                    f"{name} | {heard.rate:.0f}/s | p50 {heard.percentile(0.5):.1f} ms | "
                    f"p99 {heard.percentile(0.99):.1f} ms | CPU a request: web "
                    f"{1e6 * web / len(heard.seconds):.0f} us, database "
                    f"{1e6 * base / len(heard.seconds):.0f} us",
                    flush=True,
                )
            shop.forget_deliveries()
    of_rate = [a / b for a, b in zip(rates["ours"], rates["bare"], strict=True)]
    of_cpu = [b / a for a, b in zip(burnt["ours"], burnt["bare"], strict=True)]
    print(
        f"ours of bare | rate {median(of_rate):.2f} ({min(of_rate):.2f}–{max(of_rate):.2f}), "
        f"by CPU {median(of_cpu):.2f} ({min(of_cpu):.2f}–{max(of_cpu):.2f}) | target 0.70"
    )


def _workers(stack: ExitStack, *, env: dict[str, str], folder: Path) -> dict[str, int]:
    """gunicorn, a worker with two processes and beat: process groups by name, and the port."""
    if not env["REDIS_URL"]:
        raise SystemExit("These parts want Redis for the workers' hints: set REDIS_URL.")
    beat = ["celery", "-A", "engagement", "beat", "--loglevel", "WARNING"]
    beat += ["--schedule", str(folder / "beat")]
    port, web = stack.enter_context(
        servers.web("engagement.wsgi:application", env=env, log=folder / "ours.log")
    )
    worker = stack.enter_context(servers.running(WORKER, env=env, log=folder / "worker.log"))
    ticks = stack.enter_context(servers.running(beat, env=env, log=folder / "beat.log"))
    time.sleep(6)  # until the worker listens; what comes earlier waits in the database
    return {"port": port, "web": web.pid, "worker": worker.pid, "beat": ticks.pid}


def _lag(options: argparse.Namespace, *, env: dict[str, str], folder: Path) -> None:
    from bench.ingest import shop  # noqa: PLC0415

    rate, seconds = 30, 60
    writer = shop.open_shop(slug="lag")
    with ExitStack() as stack:
        groups = _workers(stack, env=env, folder=folder)
        before = _burnt(groups)
        heard = client.steady(
            port=groups["port"], rate=rate, seconds=seconds, requests=writer.orders_only()
        )
        _wait_until_done(seconds=120)
        print(f"{rate} orders a second for {seconds} s: {_answers(heard)}")
        _print_burnt(before, _burnt(groups), events=rate * seconds)
    found = shop.delays(slug="lag")
    print(
        f"from commit to calendar | {len(found)} of {rate * seconds} | p50 {median(found):.2f} s | "
        f"p95 {shop.p95(found):.2f} s | longest {found[-1]:.2f} s | target p95 5 s"
    )


def _steady(options: argparse.Namespace, *, env: dict[str, str], folder: Path) -> None:
    from bench.ingest import shop  # noqa: PLC0415

    seconds = 60 * options.minutes
    writer = shop.open_shop(slug="steady")
    with ExitStack() as stack:
        groups = _workers(stack, env=env, folder=folder)
        before = _burnt(groups)
        heard = client.steady(
            port=groups["port"], rate=options.rate, seconds=seconds, requests=writer.whole_lives()
        )
        print(f"{options.rate:.0f}/s for {options.minutes:g} min: {_answers(heard)}", flush=True)
        left = shop.left_to_do()
        later = _wait_until_done(seconds=max(600, seconds))
        total = len(heard.seconds)
        print(
            f"left to do at the end {left:,} | all planned {later:.0f} s later | "
            f"{total / (heard.lasted + later):.0f} deliveries a second from door to calendar"
        )
        _print_burnt(before, _burnt(groups), events=total)
    print(shop.tally())


def _answers(heard: client.Heard) -> str:
    return (
        f"{len(heard.seconds):,} answered, {heard.errors} errors {heard.first_error}, "
        f"{heard.again} asked again on a new connection | "
        f"p50 {heard.percentile(0.5):.0f} ms, p99 {heard.percentile(0.99):.0f} ms, "
        f"longest {heard.percentile(1):.0f} ms"
    )


def _wait_until_done(*, seconds: float) -> float:
    """Seconds until nothing is left to do; gives up after `seconds`."""
    from bench.ingest import shop  # noqa: PLC0415

    begun = time.monotonic()
    while left := shop.left_to_do():
        if time.monotonic() - begun > seconds:
            print(f"GAVE UP after {seconds:.0f} s with {left:,} left")
            break
        time.sleep(1)
    return time.monotonic() - begun


def _burnt(groups: dict[str, int]) -> dict[str, float]:
    from bench.ingest import shop  # noqa: PLC0415

    burnt = {name: servers.cpu_of_group(groups[name]) for name in ("web", "worker", "beat")}
    return burnt | {"database": servers.cpu_of(shop.backends())}


def _print_burnt(before: dict[str, float], after: dict[str, float], *, events: int) -> None:
    each = {name: 1000 * (after[name] - before[name]) / events for name in after}
    print(
        "CPU a delivery | "
        + ", ".join(f"{name} {ms:.2f} ms" for name, ms in each.items())
        + f" | in all {sum(each.values()):.2f} ms"
    )


if __name__ == "__main__":
    main()
