"""The small shop in one process: the power goes, the disk is full, somebody else writes, two start.

Nothing is lost, nothing leaves twice beyond the stated rule, and who runs it reads what is the
matter in one line. EMBEDDED_SEED repeats a run, EMBEDDED_KILLS makes it longer.
"""

import contextlib
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engagement.embedded.harness import SmallShop, free_port, wait_for

SEED = int(os.environ.get("EMBEDDED_SEED") or random.SystemRandom().randrange(10**6))
BACKLOG = 12  # enough mails on their way for the power to go in the middle of one
KILLS = int(os.environ.get("EMBEDDED_KILLS") or 8)


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Path]:
    """A small disk of its own, where we may mount one; else a folder, and SQLite counts pages."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


@pytest.fixture(scope="module")
def small(disk, tmp_path_factory) -> Iterator[SmallShop]:
    shop = SmallShop(folder=tmp_path_factory.mktemp("shop"), disk=disk, seed=SEED)
    try:
        yield shop
    finally:
        shop.close()


@pytest.fixture
def shop(small: SmallShop) -> SmallShop:
    small.begin_anew()
    return small


def test_the_power_goes_again_and_again(shop):
    over = threading.Event()

    def thunder() -> None:
        for number in range(KILLS):
            if number % 2:  # aimed at the worst moment, if it comes
                with contextlib.suppress(AssertionError):
                    wait_for(shop.being_handed_over, "a mail is on its way", seconds=2)
            else:
                over.wait(shop.random.uniform(0.1, 2))
            shop.kill()
            shop.start("--no-migrate")
        over.set()

    shop.start("--no-migrate")
    for _ in range(BACKLOG):
        shop.sells()
    storm = threading.Thread(target=thunder)
    storm.start()
    try:
        while not over.is_set():
            shop.sells()
            over.wait(0.1)
    finally:
        storm.join()
    shop.settle()
    shop.kill()
    print(  # noqa: T201 (a run is repeated by its seed)
        f"\nseed {SEED}: {shop.kills} kills, {shop.orders} orders, {shop.confirmed()} confirmed, "
        f"{sum(shop.doubted.values())} were being handed over when the power went, "
        f"{sum(times - 1 for times in shop.accepted().values())} twice"
    )
    assert shop.problems() == []


def test_what_is_committed_survives_the_power(shop):
    assert shop.ask("wal") == ["wal", 2]  # 2: FULL, every commit is on the disk before it counts


def test_a_second_start_by_mistake_is_refused_in_plain_words(shop):
    shop.start("--no-migrate")
    for var_dir in (shop.var, f"{shop.var}-elsewhere"):
        shop.is_refused(f"start_in {var_dir} --bind=127.0.0.1:{free_port()}")
    said = shop.log.read_text()
    assert said.count("Afterglow already runs on this database") == 2
    shop.sells()
    shop.settle()
    assert shop.problems() == []


def test_a_writer_that_does_not_let_go_stops_nothing_for_good(shop):
    shop.start("--no-migrate")
    wait_for(lambda: shop.sells() or shop.being_handed_over(), "a mail is on its way")
    with shop.locked():
        began = time.monotonic()
        status, answer = shop.post_order(99)
        assert status == 503
        assert b"Another program is writing" in answer
        wait_for(lambda: "engine_waits" in shop.log.read_text(), "the log says why it waits")
        assert shop.get("/health/live") == 200
        # Longer than a mail may be on its way and then in doubt: nobody but we know that it has left.
        wait_for(lambda: time.monotonic() > began + shop.lease_and_doubt, "the lease is over")
    for _ in range(3):
        shop.sells()
    shop.settle()
    assert shop.problems() == []
    said = shop.log.read_text()
    assert "Another program is writing to the database" in said
    wait_for(lambda: "engine_goes_on" in shop.log.read_text(), "the log says that it is over")


def test_a_first_start_while_somebody_writes_says_so(small):
    small.begin_anew(with_database=False)
    with small.locked():
        small.is_refused(f"start --bind=127.0.0.1:{small.port}")
    said = small.log.read_text()
    assert "CommandError: Afterglow was not started. Another program is writing" in said
    assert "Traceback" not in said


def test_a_full_disk_takes_no_order_and_goes_on_once_there_is_space(shop):
    shop.start("--no-migrate")
    shop.sells()
    shop.settle()
    shop.fill_disk()
    answer = shop.sells_until_refused()
    assert b"The disk is full" in answer
    wait_for(lambda: "engine_waits" in shop.log.read_text(), "the log says why it waits")
    assert shop.get("/health/live") == 200
    shop.free_disk()
    for _ in range(3):
        shop.sells()
    shop.settle()
    assert shop.problems() == []
    said = shop.log.read_text()
    assert "The disk is full" in said
    wait_for(lambda: "engine_goes_on" in shop.log.read_text(), "the log says that it is over")
