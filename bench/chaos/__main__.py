"""`python -m bench.chaos`: see `--help`, docs/faults.md and bench/README.md."""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable

from bench.chaos.cluster import Cluster
from bench.chaos.mutations import CONTROL, DEFENCES
from bench.chaos.programs import NotHere
from bench.chaos.provider import Provider
from bench.chaos.scenarios import SCENARIOS, Outcome, play


def main() -> int:
    wishes = _wishes()
    if wishes.list:
        for one in SCENARIOS.values():
            print(f"{one.name:22} row {', '.join(one.rows):8} {' '.join(one.says.split())}")
        return 0
    if wishes.mutations:
        return _or_not_here(lambda: _mutate(wishes.defence or list(DEFENCES), seed=wishes.seed))
    names = wishes.scenario or list(SCENARIOS)
    seeds = [wishes.seed + number for number in range(wishes.seeds)]
    print(f"seed {wishes.seed}, {len(names)} scenarios × {len(seeds)}, times × {wishes.times:g}")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    return _or_not_here(lambda: _play(names, seeds, times=wishes.times))


def _or_not_here(run: Callable[[], int]) -> int:
    """The exit code: 0 all well, 1 something failed, 2 this machine lacks what it takes."""
    try:
        return 1 if run() else 0
    except NotHere as error:
        print(f"Cannot run here: {error}")
        return 2


def _play(names: list[str], seeds: list[int], *, times: float) -> int:
    began = time.monotonic()
    provider = Provider()
    failed = 0
    try:
        with Cluster(times=times) as cluster:
            print(f"cluster up after {time.monotonic() - began:.0f} s", flush=True)
            for seed in seeds:
                for name in names:
                    outcome = play(name, seed=seed, cluster=cluster, provider=provider)
                    failed += bool(outcome.problems)
                    tell(outcome)
                    if outcome.problems:
                        _tell_logs(cluster)
    finally:
        provider.close()
    print(f"{failed} failed; {time.monotonic() - began:.0f} s in all")
    return failed


def _mutate(names: list[str], *, seed: int, tries: int = 3) -> int:
    """How many defences may be switched off unnoticed; chance gets `tries` seeds to show it."""
    provider, unnoticed = Provider(), 0
    print(f"seed {seed}, {len(names)} defences", flush=True)
    try:
        with Cluster() as cluster:
            for name in ("control", *names):
                defence = CONTROL if name == "control" else DEFENCES[name]
                cluster.renew(without=name, sql=defence.sql)
                provider.forget()
                found: list[str] = []
                for one in range(seed, seed + (1 if name == "control" else tries)):
                    outcome = play(defence.scenario, seed=one, cluster=cluster, provider=provider)
                    if found := outcome.problems:
                        break
                well = bool(found) == (name != "control")
                unnoticed += not well
                print(f"  {'ok' if well else 'FAIL':5} without {name:16} {defence.says}")
                print(
                    f"        {defence.scenario}: {found[0] if found else 'all is well'}",
                    flush=True,
                )
    finally:
        provider.close()
    return unnoticed


def tell(outcome: Outcome) -> None:
    """One line a scenario, and one for each thing that is wrong."""
    if outcome.skipped:
        print(f"  skip  {outcome.name:22} {outcome.skipped}", flush=True)
        return
    word = "FAIL" if outcome.problems else "ok"
    print(
        f"  {word:5} {outcome.name:22} {outcome.seconds:5.1f} s, recovered in "
        f"{outcome.recovery:4.1f} s; {'; '.join(outcome.notes)}",
        flush=True,
    )
    for problem in outcome.problems[:20]:
        print(f"        {problem}")
    if outcome.problems:
        print(
            f"        again: python -m bench.chaos --scenario {outcome.name} --seed {outcome.seed}"
        )


def _tell_logs(cluster: Cluster) -> None:
    for name in ("web", "worker1", "worker2"):
        print(f"--- {name}\n{cluster.tail(name, 6)}")


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.chaos", description=__doc__)
    parser.add_argument("--list", action="store_true", help="the scenarios and their rows")
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), metavar="NAME")
    parser.add_argument("--mutations", action="store_true", help="switch off each defence in turn")
    parser.add_argument("--defence", action="append", choices=list(DEFENCES), metavar="NAME")
    parser.add_argument("--seed", type=int, help="replays a run; drawn and printed otherwise")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, counted up")
    parser.add_argument("--short", action="store_true", help="one seed, times × 0.1: as CI does")
    parser.add_argument("--long", action="store_true", help="twenty seeds")
    parser.add_argument(
        "--times", type=float, default=0.1, help="leases and time-outs as part of life's"
    )
    wishes = parser.parse_args()
    if wishes.seed is None:
        wishes.seed = random.SystemRandom().randrange(10**6)
    if wishes.long:
        wishes.seeds = 20
    return wishes


if __name__ == "__main__":
    sys.exit(main())
