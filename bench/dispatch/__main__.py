"""Mails re-checked, rendered, sent and recorded a second, beside those who do less.

    pip install -e '.[bench]'
    DATABASE_URL=postgres://… python -m bench.dispatch [--mails 1000] [--rounds 3] [--only ROW;ROW]
    DATABASE_URL=postgres://… python -m bench.dispatch --memory 100000

Needs PostgreSQL and Postfix's ``smtp-sink``; Celery's row needs REDIS_URL. Works on a scratch
database and drops it afterwards. The ways take turns, the order rotating each round; ratios are
medians of the ratios within a round.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.dispatch.runs import Run, Sink, far_relay, run, smtp_sink
from bench.scratch import scratch_database

AWAY = 20
SEVERAL = 4
PLAIN, TWO_OFFICE = "plain loop", "post_office, 2 processes"


def main() -> None:
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.dispatch.settings"
    with smtp_sink() as sink:
        os.environ["BENCH_SMTP_PORT"] = str(sink.port)
        with scratch_database() as kind, tempfile.TemporaryDirectory() as folder:
            if kind != "PostgreSQL":
                raise SystemExit("This bench needs PostgreSQL: set DATABASE_URL.")
            from bench.dispatch.piles import Piles  # noqa: PLC0415 (needs the set-up above)

            if options.memory:
                _memory(sink=sink, mails=options.memory)
                return
            piles = Piles.made(mails=options.mails, folder=Path(folder))
            ways = _ways(piles=piles, sink=sink)
            chosen = [name for name in ways if not options.only or name in options.only.split(";")]
            rounds = []
            for number in range(options.rounds):
                turn = chosen[number % len(chosen) :] + chosen[: number % len(chosen)]
                rounds.append({name: ways[name]() for name in turn})
                print(f"round {number + 1}: load {os.getloadavg()[0]:.1f}", flush=True)
            _print(names=chosen, rounds=rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=1000, help="mails of one run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--memory", type=int, default=0, help="only this: what a worker holds over so many mails"
    )
    parser.add_argument("--only", default="", help="names of rows, with semicolons between")
    return parser.parse_args()


def _memory(*, sink: Sink, mails: int) -> None:
    """One process, one mark a mail over four connections: what it holds after each tenth."""
    from bench.dispatch.piles import Piles  # noqa: PLC0415 (needs Django set up)

    with tempfile.TemporaryDirectory() as folder:
        piles = Piles.made(mails=10, folder=Path(folder))
    piles.mails = mails
    lane = piles.plant(mark_batch=1, kind="order_confirmation", connections=4)
    job = {"way": "ours", "lane": lane, "memory_every": max(1, mails // 10)}
    told = piles.checked(run(jobs=[job], env=piles.env, sink=sink))
    print(f"peak {told.peak_mb:.0f} MB, {told.rate:.0f} mails/s")


def _ways(*, piles: Any, sink: Sink) -> dict[str, Callable[[], Run]]:
    """What is measured, by the name of its row: a run each time it is called."""
    go = partial(run, env=piles.env, sink=sink)

    def ours(
        processes: int, mark_batch: int, kind: str = "order_confirmation", connections: int = 1
    ) -> Run:
        lane = piles.plant(mark_batch=mark_batch, kind=kind, connections=connections)
        return piles.checked(go(jobs=[{"way": "ours", "lane": lane}] * processes))

    def office() -> Run:
        piles.queue_post_office()
        return go(jobs=[{"way": "post_office"}])

    def from_afar(connections: int) -> Run:
        lane = piles.plant(mark_batch=1, kind="order_confirmation", connections=connections)
        with far_relay(sink, milliseconds=AWAY) as port:
            env = {**piles.env, "BENCH_SMTP_PORT": str(port)}
            return piles.checked(run(jobs=[{"way": "ours", "lane": lane}], env=env, sink=sink))

    ways: dict[str, Callable[[], Run]] = {
        PLAIN: lambda: go(jobs=[{"way": "plain loop", "contexts": piles.contexts}]),
        "one durable commit a mail, no mails": lambda: go(
            jobs=[{"way": "bare commits", "count": piles.mails}]
        ),
        "ours, 1 process": partial(ours, 1, 1),
        "ours, 2 processes": partial(ours, 2, 1),
        f"ours, 1 process, {SEVERAL} connections": partial(ours, 1, 1, connections=SEVERAL),
        f"ours, 2 processes, {SEVERAL} connections": partial(ours, 2, 1, connections=SEVERAL),
        "ours, 2 processes, marks of 20": partial(ours, 2, 20),
        "ours, 2 processes, marks of 100": partial(ours, 2, 100),
        f"ours, 1 process, relay {AWAY} ms away each way, 1 connection": partial(from_afar, 1),
        f"ours, 1 process, relay {AWAY} ms away each way, 8 connections": partial(from_afar, 8),
        f"ours, 1 process, relay {AWAY} ms away each way, 32 connections": partial(from_afar, 32),
        "ours, 1 process, marketing": partial(ours, 1, 1, "review_request"),
    }
    if piles.has_post_office:
        ways[TWO_OFFICE] = office
    else:
        print("django-post-office is not installed: pip install -e '.[bench]'")
    if piles.has_broker:
        ways["Celery, a task a mail, 2 processes"] = lambda: piles.celery(sink=sink)
    return ways


def _print(*, names: list[str], rounds: list[dict[str, Run]]) -> None:
    print("| way | mails/s (min–max) | ratio to the plain loop | to post_office | CPU ms a mail "
          "| of it PostgreSQL | sink | peak MB |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        runs = [one[name] for one in rounds]
        rates = [one.rate for one in runs]
        cells = [
            name,
            f"{statistics.median(rates):.0f} ({min(rates):.0f}–{max(rates):.0f})",
            _ratio(rounds, name, PLAIN),
            _ratio(rounds, name, TWO_OFFICE),
            f"{statistics.median(one.cpu_each for one in runs):.2f}",
            f"{statistics.median(1000 * one.database_cpu / one.sent for one in runs):.2f}",
            f"{statistics.median(1000 * one.sink_cpu / one.sent for one in runs):.2f}",
            f"{max(one.peak_mb for one in runs):.0f}",
        ]
        print("| " + " | ".join(cells) + " |")


def _ratio(rounds: list[dict[str, Run]], name: str, peer: str) -> str:
    ratios = [one[name].rate / one[peer].rate for one in rounds if peer in one and one[peer].sent]
    return f"{statistics.median(ratios):.2f}" if ratios else ""


if __name__ == "__main__":
    main()
