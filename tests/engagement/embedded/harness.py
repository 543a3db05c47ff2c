"""One small shop in one process on SQLite: orders come in by HTTP, mails go into a ledger.

Everything is seen from outside: the answers at the door, the provider's ledger, the log, and the
database file itself.
"""

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.factories.senders import sign

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0


class SmallShop:
    """`manage.py runall` on a database file in `disk`, and what the world sees of it."""

    lease_and_doubt = 4.0
    """Seconds after which a mail that nobody settled is sent again: a little more than in the cradle."""

    def __init__(self, *, folder: Path, disk: Path, seed: int) -> None:
        self.folder, self.disk = folder, disk
        self.database = disk / "shop.sqlite3"
        self.var = folder / "var"
        self.log = folder / "runall.log"
        self.ledger = folder / "ledger"
        self.pages = folder / "pages"
        self.ballast = disk / "ballast"
        self.disk_is_small = os.path.ismount(disk)
        self.random = random.Random(seed)
        self.port = free_port()
        self.pid = self.kills = self.orders = 0
        self.doubted: Counter[str] = Counter()
        self.cradle = subprocess.Popen(
            [sys.executable, "-m", "tests.engagement.embedded.cradle"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "DATABASE_URL": f"sqlite:///{self.database}",
                "REDIS_URL": "",
                "VAR_DIR": str(self.var),
                "LEDGER": str(self.ledger),
                "RUNALL_LOG": str(self.log),
                "PAGES": str(self.pages),
                "LEDGER_SLOWNESS": "0.15",
                "LOG_LEVEL": "INFO",
            },
        )
        made = self.ask("create")
        self.path, self.secret = made["path"], made["secret"]
        shutil.copy(self.database, folder / "fresh.sqlite3")

    def begin_anew(self, *, with_database: bool = True) -> None:
        """The shop as it opened; without its database, as before its first start."""
        self.kill()
        self.free_disk()
        self.kills = self.orders = 0
        self.doubted.clear()
        for file in self.disk.glob("shop.sqlite3*"):
            file.unlink()
        if with_database:
            shutil.copy(self.folder / "fresh.sqlite3", self.database)
        self.ledger.write_text("")
        self.log.write_text("")

    def close(self) -> None:
        """Nothing of it goes on."""
        self.kill()
        assert self.cradle.stdin is not None
        self.cradle.stdin.close()
        self.cradle.wait(10)

    def ask(self, words: str) -> Any:
        assert self.cradle.stdin is not None
        assert self.cradle.stdout is not None
        self.cradle.stdin.write(words + "\n")
        self.cradle.stdin.flush()
        answer = self.cradle.stdout.readline()
        assert answer, "the cradle has died; its error stands above"
        return json.loads(answer)

    def start(self, *args: str) -> None:
        """Start it and wait until it answers."""
        self.pid = self.ask(" ".join(["start", f"--bind=127.0.0.1:{self.port}", *args]))
        wait_for(lambda: self.get("/health/live") == 200, "it answers")

    def is_refused(self, words: str) -> None:
        """Another start, by those `words` to the cradle, ends by itself and with an error."""
        pid = self.ask(words)
        try:
            wait_for(lambda: self.ask(f"ended {pid}") == 1, "it gives up")
        except AssertionError:
            os.killpg(pid, signal.SIGKILL)
            raise

    def kill(self) -> None:
        """The power goes: every process of it, at once. What was on its way then is noted."""
        if not self.pid:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        wait_for(lambda: self.ask(f"ended {self.pid}") is not None, "it is dead")
        self.pid = 0
        self.kills += 1
        self.doubted.update(self.being_handed_over())

    def being_handed_over(self) -> list[str]:
        """The ids of mails between MARK and RECORD."""
        return [key for (key,) in self.rows(BEING_HANDED_OVER)]

    def get(self, path: str) -> int:
        return self._http("GET", path)[0]

    def post_order(self, number: int) -> tuple[int, bytes]:
        """Shopify tells of an order once; (status, body), (0, b"") where nobody answers."""
        raw = json.dumps(order(number)).encode()
        return self._http(
            "POST",
            self.path,
            raw,
            {
                "Content-Type": "application/json",
                "X-Shopify-Topic": "orders/create",
                "X-Shopify-Hmac-Sha256": sign(raw, self.secret),
                "X-Shopify-Webhook-Id": f"delivery-{number}",
            },
        )

    def sells(self) -> None:
        """One more order; Shopify tells of it until it is taken."""
        self.orders += 1
        wait_for(lambda: self.post_order(self.orders)[0] == 200, "the order is taken")

    def sells_until_refused(self) -> bytes:
        """Orders that are told once each, until one is answered 503; that answer."""
        answers = iter(lambda: self.post_order(self.orders + 1), None)
        for status, answer in answers:
            if status == 503:
                return answer
            assert status == 200, answer
            self.orders += 1
            assert self.orders < 500, "the disk does not fill"
        raise AssertionError("unreachable")

    def _http(self, method: str, path: str, *rest: Any) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, path, *rest)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            line.close()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database file."""
        line = sqlite3.connect(self.database, timeout=10)
        try:
            return line.execute(sql, values).fetchall()
        finally:
            line.close()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Another program writes to the database and does not come to an end."""
        line = sqlite3.connect(self.database, timeout=10, isolation_level=None)
        line.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            line.execute("ROLLBACK")
            line.close()

    def fill_disk(self) -> None:
        """Not one page fits any more. Where the disk is a small one of its own it is filled up,
        else SQLite is told so."""
        if self.disk_is_small:
            ballast = os.open(self.ballast, os.O_WRONLY | os.O_CREAT)
            with contextlib.suppress(OSError):
                while os.write(ballast, b"x" * 4096):
                    pass
            os.close(ballast)
        else:
            self.pages.write_text(str(self.rows("PRAGMA page_count")[0][0]))

    def free_disk(self) -> None:
        """Somebody has tidied up."""
        self.ballast.unlink(missing_ok=True)
        self.pages.unlink(missing_ok=True)

    def confirmed(self) -> int:
        return len(self.accepted())

    def accepted(self) -> Counter[str]:
        """Message id → how often the provider took it."""
        return Counter(line.split()[0] for line in self.ledger.read_text().splitlines())

    def settle(self) -> None:
        """Nothing is left to do."""
        try:
            wait_for(lambda: self.rows(SETTLED) == [(self.orders, 0, 0, 0)], "all is settled")
        except AssertionError:
            last_words = self.log.read_text().splitlines()[-20:]
            print("not settled:", self.orders, *self.rows(SETTLED), *last_words, sep="\n")  # noqa: T201
            raise

    def problems(self) -> list[str]:
        """Where the stated rule was broken: lost, twice without doubt, or not understood."""
        found = []
        accepted = self.accepted()
        confirmations = self.rows(CONFIRMATIONS)
        for key, number, status in confirmations:
            times, most = accepted.pop(key, 0), 1 + min(1, self.doubted[key])
            if times > most:
                found.append(f"order {number}: confirmed {times} times, {most} allowed")
            if times < 1:
                found.append(f"order {number}: {status}, and nobody was told")
        numbers = Counter(number for _, number, _ in confirmations)
        for number in range(1, self.orders + 1):
            if numbers[str(number)] != 1:
                found.append(f"order {number}: {numbers[str(number)]} confirmations planned")
        found += [f"{key}: accepted, but nobody promised it" for key in accepted]
        if "Traceback" in self.log.read_text():
            found.append("a traceback stands in the log")
        return found


BEING_HANDED_OVER = """
    SELECT m.public_id FROM engagement_messages_outbox o
    JOIN engagement_messages_message m ON m.id = o.message_id WHERE o.state = 30
"""
CONFIRMATIONS = """
    SELECT m.public_id, o.external_id, m.status FROM engagement_messages_message m
    JOIN orders_order o ON o.id = m.order_id WHERE m.template = 'order_confirmation'
"""
SETTLED = """
    SELECT (SELECT count(*) FROM orders_order),
        (SELECT count(*) FROM orders_inboundnotice WHERE status = 'waiting'),
        (SELECT count(*) FROM events_pendingreaction WHERE status = 'pending'),
        (SELECT count(*) FROM engagement_messages_outbox)
"""


def order(number: int) -> dict[str, Any]:
    """A new order as Shopify tells it."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    email = f"person{number}@mail.example"
    return {
        "id": number,
        "name": f"#{number}",
        "order_number": number,
        "email": email,
        "created_at": at,
        "updated_at": at,
        "processed_at": at,
        "currency": "CZK",
        "total_price": "430.00",
        "subtotal_price": "430.00",
        "total_tax": "0.00",
        "financial_status": "paid",
        "customer_locale": "en",
        "customer": {"id": number, "email": email, "first_name": "Jana"},
        "shipping_address": {"city": "Praha", "country_code": "CZ"},
        "line_items": [
            {"id": number, "product_id": 41, "title": "Cream", "quantity": 1, "price": "430.00"}
        ],
    }


def wait_for(fact: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, f"not in time: {what}"
        time.sleep(0.03)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
