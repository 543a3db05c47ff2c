"""What a hundredfold shop costs: polls, planners, forecast, lists of the dashboard.

    DATABASE_URL=postgres://… python -m bench.scale [--parts polls planners forecast lists] [--drop]

Makes databases beside the one named: 1,000,000 customers, 3,000,000 orders and as many future
messages; a tenth of that; and a hundredth. They are kept for the next run, whose due rows are due
anew; `--drop` removes them. Wants 15 GB and, the first time, a quarter of an hour.
"""

import argparse
import os
import time
from datetime import timedelta

from bench.scale import databases, lists
from bench.scale.population import FULL, SIZES, SMALL, TENTH
from bench.scale.rounds import Taken, compare
from bench.scale.seed import BIG, seed

PARTS = ("polls", "planners", "forecast", "lists")
FORECAST_DAYS = 90


def main() -> None:
    options = _options()
    if options.drop:
        for name in SIZES:
            databases.drop(name)
        return
    from core.clock import real_now  # noqa: PLC0415 (settings come first)

    now = real_now()
    for size in (SMALL, TENTH, FULL):
        if databases.make(size.name):
            seed(size, now=now)
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    if "polls" in options.parts:
        _polls(rounds=options.rounds)
    if "planners" in options.parts:
        _planners(rounds=options.rounds)
    if "forecast" in options.parts:
        _forecast()
    if "lists" in options.parts:
        _lists(only=options.only)
    print(f"load {os.getloadavg()[0]:.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--only", default="", help="lists whose name holds this")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--drop", action="store_true", help="remove the databases and do nothing")
    return parser.parse_args()


def _polls(*, rounds: int) -> None:
    from bench.scale import polls  # noqa: PLC0415

    print("\nPolls: 30,000 future messages beside 3,000,000")
    for title, work, repeats in (
        ("who is due, both lanes", polls.ask_who_is_due, 50),
        ("claim a hundred, with their messages", polls.claim_a_batch, 10),
    ):
        _print(title, compare([SMALL, FULL], work, rounds=rounds, repeats=repeats))


def _planners(*, rounds: int) -> None:
    from bench.scale.planners import Planners  # noqa: PLC0415

    print("\nPlanners: a tenth of the shop beside all of it, the same due")
    for title in ("birthdays", "anniversaries", "delays", "arrivals"):

        def work(title: str = title) -> int:
            return getattr(Planners(now=_seeded_at()), title)()

        _print(title, compare([TENTH, FULL], work, rounds=rounds, repeats=1))


def _seeded_at():  # type: ignore[no-untyped-def]
    """The moment that the present database was filled for."""
    from core.stores.models import Store  # noqa: PLC0415

    return Store.objects.get(slug=BIG).created_at + timedelta(minutes=1)


def _print(title: str, taken: dict[str, Taken]) -> None:
    for name, one in taken.items():
        print(
            f"{title} | {name} | {one.middle:.2f} ms ({one.spread}), of it database "
            f"{1000 * min(one.sql_seconds):.2f} ms at best | {one.pages:.0f} pages | "
            f"{one.statements:.0f} statements | found {one.answer}"
        )
    small, large = taken.values()
    print(
        f"{title} | times {large.middle / small.middle:.2f}, pages {large.pages / small.pages:.2f}"
    )


def _forecast() -> None:
    from core.stores.models import Store  # noqa: PLC0415
    from engagement.insight.forecast import forecast_store  # noqa: PLC0415

    print(f"\nForecast for {FORECAST_DAYS} days (target 30 s)")
    for size in (TENTH, FULL):
        databases.go_to(size.name)
        store = Store.objects.get(slug=BIG)
        begun = time.perf_counter()
        steps = forecast_store(store=store, now=_seeded_at(), days=FORECAST_DAYS)
        seconds = time.perf_counter() - begun
        print(f"{size.name} | {seconds:.1f} s | {sum(step.total for step in steps):,} mails")


def _lists(*, only: str) -> None:
    databases.go_to(FULL.name)
    print("\nLists of the dashboard (targets: p95 500 ms, 15 queries)")
    for figures in lists.measure_lists(only=only):
        name, slowest = figures.worst
        cpu, sql = figures.apart
        print(
            f"{figures.page} | {len(figures.seconds)} ways | p95 {figures.p95:.0f} ms "
            f"(CPU here {cpu:.0f}, database {sql:.0f}) | "
            f"slowest {slowest:.0f} ms ({name}) | at most {figures.most_statements} queries",
            flush=True,
        )
        for slow in figures.slow:
            print(f"    {slow}", flush=True)


if __name__ == "__main__":
    main()
