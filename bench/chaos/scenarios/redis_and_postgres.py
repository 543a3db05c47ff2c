"""Rows 6 to 12: Redis and PostgreSQL die, hang, are emptied, crowded or full."""

import time
from pathlib import Path

from bench.chaos.cluster import Cluster, until
from bench.chaos.scenarios.run import Run, scenario
from bench.chaos.shop import Shop

LONGEST_REQUEST = 2.0  # seconds, row 8
REFUSALS = {0, 503}


@scenario("redis-killed", "6")
def redis_killed(run: Run) -> None:
    """Redis is killed twice and stays away for a while. Web keeps accepting."""
    shop = run.shop()
    shop.trade(12)
    for round_ in range(2):
        run.pause(0.2, 0.8)
        run.cluster.kill("redis", down=True)
        shop.trade(8, prefix=f"away{round_}-")
        run.wait_acked()
        run.cluster.lift("redis")
    statuses = {one.status for news in shop.deliveries for one in news.tries}
    run.require(statuses == {200}, f"web answered {sorted(statuses)} without Redis")


@scenario("redis-emptied", "7")
def redis_emptied(run: Run) -> None:
    """FLUSHALL in the middle of the work, three times. Every due job is found again."""
    run.shop().trade(24)
    for _ in range(3):
        run.pause(0.2, 0.8)
        run.cluster.redis().flushall()


@scenario("redis-hangs", "8")
def redis_hangs(run: Run) -> None:
    """Redis is stopped and neither answers nor refuses. Requests take at most two seconds more than
    they did before."""
    shop = run.shop()
    calm = _slowest_of(run, shop, prefix="calm")
    run.cluster.pause("redis")
    try:
        hanging = _slowest_of(run, shop, prefix="hanging")
    finally:
        run.cluster.resume("redis")
    run.note(f"slowest post {calm:.2f} s calm, {hanging:.2f} s while Redis hangs")
    run.require(hanging <= calm + LONGEST_REQUEST, f"a post took {hanging:.1f} s")


def _slowest_of(run: Run, shop: Shop, *, prefix: str) -> float:
    stories = shop.trade(16, prefix=prefix)
    run.wait_acked()
    return max(one.seconds for story in stories for news in story for one in news.tries)


@scenario("postgres-crashes", "9", "W6", "D5")
def postgres_crashes(run: Run) -> None:
    """PostgreSQL is killed under load, three times. 503 or no answer, never a 2xx that is lost; web
    answers within five seconds of the database, and nobody lends a hand."""
    shop = run.shop()
    for round_ in range(3):
        stories = shop.trade(10, prefix=f"r{round_}-")
        run.pause(0.3, 1.2)
        run.cluster.kill("postgres", down=True)
        run.pause(0.3, 1.0)
        run.cluster.lift("postgres")
        until(run.cluster.database_answers, seconds=30, what="PostgreSQL starts again")
        run.web_is_back(since=time.monotonic())
        statuses = {one.status for story in stories for news in story for one in news.tries}
        run.require(statuses <= REFUSALS | {200}, f"answers were {sorted(statuses)}")
    run.wait_acked()


@scenario("postgres-hangs", "10")
def postgres_hangs(run: Run) -> None:
    """PostgreSQL is stopped for a while: connections stand and nothing answers. Nothing piles up,
    and web answers within five seconds of its waking."""
    shop = run.shop()
    shop.trade(10)
    before = _connections(run)
    run.cluster.pause("postgres")
    try:
        shop.trade(10, prefix="hanging")
        time.sleep(max(4.0, 30 * run.cluster.times))
    finally:
        run.cluster.resume("postgres")
    run.web_is_back(since=time.monotonic())
    after = _connections(run)
    told = sum(one.status == 503 for news in shop.deliveries for one in news.tries)
    run.note(f"{before} connections before, {after} after; {told} posts were told to come again")
    run.require(after <= before + 10, f"connections piled up: {before}, then {after}")


def _connections(run: Run) -> int:
    with run.cluster.sql() as ask:
        found = ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'afterglow'")
    return int(found[0][0])


@scenario("postgres-crowded", "11")
def postgres_crowded(run: Run) -> None:
    """All connections are taken away and two are left to fight for. 503, and everything afterwards."""
    shop = run.shop()
    with run.cluster.sql(database="postgres") as ask:
        ask("ALTER ROLE afterglow CONNECTION LIMIT 2")
        ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'afterglow'")
        try:
            shop.trade(16)
            run.pause(2, 3)
        finally:
            ask("ALTER ROLE afterglow CONNECTION LIMIT -1")
    run.wait_acked()
    statuses = {one.status for news in shop.deliveries for one in news.tries}
    run.note(f"answers {sorted(statuses)}")
    run.require(statuses <= REFUSALS | {200}, f"answers were {sorted(statuses)}")


def _small_disk(cluster: Cluster) -> str:
    return "" if cluster.disk else "needs root and the right to mount a small tmpfs"


@scenario("disk-full", "12", needs=_small_disk)
def disk_full(run: Run) -> None:
    """The database's disk fills up to the last byte. Nothing is acknowledged that is not kept, and
    nothing is spoilt when there is room again."""
    shop = run.shop()
    shop.trade(8)
    assert run.cluster.disk is not None
    ballast = run.cluster.disk / "ballast"
    try:
        _fill(ballast)
        shop.trade(20, prefix="full")
        run.pause(3, 4)
    finally:
        ballast.unlink(missing_ok=True)
    until(run.cluster.database_answers, seconds=30, what="PostgreSQL works again")
    run.web_is_back(since=time.monotonic())
    statuses = {one.status for news in shop.deliveries for one in news.tries}
    run.note(f"answers {sorted(statuses)}")
    run.require(statuses <= REFUSALS | {200}, f"answers were {sorted(statuses)}")
    with run.cluster.sql() as ask:  # every page can be read
        ask("SELECT count(*) FROM (SELECT * FROM orders_inboundnotice ORDER BY body) rows")


def _fill(ballast: Path) -> None:
    """Until the disk is full, in ever smaller pieces."""
    with open(ballast, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
