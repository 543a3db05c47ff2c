"""Workers die and sleep at any moment. Nothing is lost, nothing leaves twice beyond the stated rule.

Set CHAOS_SEED to repeat a run, CHAOS_SECONDS to make it longer.
"""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.engagement.messages.chaos.harness import Chaos, Verdict

SEED = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**6))
SECONDS = float(os.environ.get("CHAOS_SECONDS") or 15)


def say(verdict: Verdict, chaos: Chaos) -> None:
    print(  # noqa: T201 (a run is repeated by its seed)
        f"\nseed {SEED}: {chaos.kills} kills, {chaos.pauses} pauses; {verdict.messages} messages, "
        f"{verdict.accepted} accepted, {verdict.uncertain} were uncertain, {verdict.twice} twice; "
        f"{dict(verdict.statuses)}"
    )


def storm(chaos: Chaos, *, workers: int, kills: int) -> Verdict:
    """Kill until there were `kills` of them (or SECONDS are over), now and then put one to sleep."""
    for _ in range(workers):
        chaos.spawn()
    until = time.monotonic() + SECONDS
    while chaos.kills < kills and time.monotonic() < until:
        time.sleep(chaos.random.uniform(0.02, 0.25))
        chaos.kill_one()
        if chaos.kills % 8 == 0:
            chaos.pause_one(seconds=1.5)
        if chaos.kills % 3 == 0:
            chaos.ask("tend")
    chaos.settle(seconds=25)
    verdict = chaos.verdict()
    say(verdict, chaos)
    return verdict


@pytest.fixture
def postgres_url(transactional_db) -> str:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    at = connection.settings_dict
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


# MARK in one statement for mails about which nothing has changed, or asking the rules for each.
each_way_to_mark = pytest.mark.parametrize("unchanged", ["1", ""], ids=["unchanged", "asked anew"])


@pytest.mark.postgres
@pytest.mark.parametrize(
    "how",
    [
        {"UNCHANGED": "1"},
        {"UNCHANGED": ""},
        {"UNCHANGED": "1", "CONNECTIONS": "3"},
    ],
    ids=["unchanged", "asked anew", "side by side"],
)
def test_workers_killed_at_random_lose_nothing_and_repeat_nothing(
    postgres_url, tmp_path: Path, how: dict[str, str]
):
    with Chaos(folder=tmp_path, database_url=postgres_url, seed=SEED, **how) as chaos:
        chaos.ask("plan 500")
        verdict = storm(chaos, workers=4, kills=25)
        assert chaos.kills >= 12
        assert verdict.problems == []


def test_the_single_worker_of_an_embedded_shop_may_die_as_often(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    with Chaos(folder=tmp_path, database_url=url, seed=SEED) as chaos:
        chaos.ask("migrate")
        chaos.ask("plan 200")
        verdict = storm(chaos, workers=1, kills=12)
        assert chaos.kills >= 5
        assert verdict.problems == []


@pytest.mark.postgres
@each_way_to_mark
@pytest.mark.parametrize("without_fence", [False, True], ids=["fenced", "fence taken out"])
def test_a_worker_that_sleeps_through_its_lease_is_stopped_by_the_fence_alone(
    postgres_url, tmp_path: Path, without_fence: bool, unchanged: str
):
    """It judged its mails, slept, and another worker took them. Only the fence at MARK stops it;
    taken out, the harness sees mails leave twice, which is how we know that it would notice."""
    with Chaos(
        folder=tmp_path,
        database_url=postgres_url,
        seed=SEED,
        without_fence=without_fence,
        UNCHANGED=unchanged,
        LEDGER_SLOWNESS="0.15",
        LEASE="2",
        UNCERTAIN_AGE="60",
    ) as chaos:
        chaos.ask("plan 16")
        sleeper = chaos.spawn("stopping")
        time.sleep(2.5)  # it has judged and stopped itself; its lease runs out
        chaos.spawn()
        wait_for(lambda: chaos.lines() >= 1, seconds=10)
        for _ in range(2):  # it stops once per lane
            os.kill(sleeper, signal.SIGCONT)
            time.sleep(0.3)
        wait_for(lambda: chaos.lines() >= 16, seconds=15)
        time.sleep(0.5)
        verdict = chaos.verdict()
        say(verdict, chaos)
        if without_fence:
            assert any("accepted 2 times" in problem for problem in verdict.problems)
        else:
            assert not [problem for problem in verdict.problems if "times" in problem]
            assert verdict.accepted == 16


def wait_for(fact, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
