"""Rows 1 to 3, 20 and 21: processes of ours die, are doubled, or are replaced under load."""

import os
import signal
import time

import psycopg2

from bench.chaos import faults
from bench.chaos.cluster import BEATS, WORKERS
from bench.chaos.scenarios.run import Run, scenario

DRAINS_IN = 30.0  # seconds, J8


@scenario("web-killed", "1")
def web_killed(run: Run) -> None:
    """Web workers are killed while they answer, then the whole server. No 2xx without a row."""
    shop = run.shop()
    shop.trade(24)
    for _ in range(6):
        run.pause(0.1, 0.4)
        victims = run.cluster.children("web")
        if victims:
            os.kill(run.chance.choice(victims), signal.SIGKILL)
    run.cluster.kill("web")
    unanswered = sum(one.status == 0 for news in shop.deliveries for one in news.tries)
    run.note(f"{unanswered} posts without an answer")


@scenario("task-child-killed", "2")
def task_child_killed(run: Run) -> None:
    """The processes that do the work are killed one by one; their worker makes new ones."""
    run.shop().trade(24)
    for _ in range(6):
        run.pause(0.2, 0.8)
        victims = [pid for name in WORKERS for pid in run.cluster.children(name)]
        if victims:
            os.kill(run.chance.choice(victims), signal.SIGKILL)


@scenario("worker-killed", "3")
def worker_killed(run: Run) -> None:
    """Whole workers are killed, parent and children, in turn and both at once."""
    run.shop().trade(24)
    for _ in range(2):
        run.pause(0.3, 1.5)
        run.cluster.kill(run.chance.choice(WORKERS))
    run.pause(0.3, 1.5)
    for name in WORKERS:
        run.cluster.kill(name)


@scenario("two-schedulers", "20", "J7")
def two_schedulers(run: Run) -> None:
    """Two beats tick all the time, and are killed in turn. Every slot is taken once, by one."""
    run.shop().trade(12)
    for name in BEATS:
        run.pause(0.5, 1.5)
        run.cluster.kill(name)
    run.finally_check(lambda: _slots_once(run))


def _slots_once(run: Run) -> None:
    taken = faults.slots_taken(run.cluster.traps)
    run.note(f"{len(taken)} slots taken so far by two beats")
    run.require(len(taken) == len(set(taken)), f"{len(taken) - len(set(taken))} slots taken twice")


@scenario("deploy", "21", "J8")
def deploy(run: Run) -> None:
    """Every process is replaced under load while a table is altered. No answer but 2xx and 503 (or
    none, and the platform sends again), no mail twice, workers gone within 30 s of SIGTERM although
    their provider is slow."""
    shop = run.shop()
    shop.manners.always = ("dot", "sleep 0.25")
    shop.trade(40)
    run.pause(1, 2)
    slowest = 0.0
    run.cluster.take_over_web()
    _migrate(run)
    for name in (*WORKERS, *BEATS):
        began = time.monotonic()
        run.cluster.terminate(name, seconds=70)
        slowest = max(slowest, time.monotonic() - began)
        shop.send(shop.story(f"during-{name}", "placed"))
    shop.manners.always = None
    run.note(f"slowest SIGTERM {slowest:.1f} s")
    run.require(slowest <= DRAINS_IN, f"a worker needed {slowest:.0f} s to leave")
    run.wait_acked()
    statuses = {one.status for news in shop.deliveries for one in news.tries}
    silent = sum(not one.status for news in shop.deliveries for one in news.tries)
    run.note(f"{silent} posts without an answer")
    run.require(statuses <= {0, 200, 503}, f"answers during the deploy: {sorted(statuses)}")
    run.finally_check(lambda: _none_twice(run, shop.domain))


def _migrate(run: Run) -> None:
    """As our migrations do it: give up after two seconds rather than hold everybody up; try again."""
    column = f"chaos_{run.chance.getrandbits(24):x}"
    with run.cluster.sql() as ask:
        ask("SET lock_timeout = 2000")
        for _ in range(20):
            try:
                ask(f"ALTER TABLE orders_inboundnotice ADD COLUMN {column} integer")
                return
            except psycopg2.errors.LockNotAvailable:
                run.pause(0.1, 0.3)
    run.require(False, "the table could not be altered in twenty tries")


def _none_twice(run: Run, domain: str) -> None:
    keys = [one.key for one in run.provider.taken(domain=domain)]
    run.require(len(keys) == len(set(keys)), "a mail went twice because of a deploy")
