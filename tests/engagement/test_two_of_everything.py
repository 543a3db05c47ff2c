"""J4, J7: two beats, two workers, and a Redis that forgets all: nothing twice, nothing lost.

Orders come in through the real door of this process while real Celery processes work them off and
Redis is flushed again and again. The mailbox is the judge.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings as project
from django.db import connection

from core import clock
from core.events.models import PendingReaction
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import LocalMail, Message, Tick
from engagement.travel import LOCAL_MAILBOX
from orders.models import InboundNotice
from orders.operations.connect_source import connect_source
from tests.factories.journey import Journey
from tests.factories.senders import Sender

ORDERS = 24
FLUSHES = 8  # while the work goes on; a broker emptied for ever would carry no tick at all
PATIENCE_SECONDS = 150
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def celery(*args: str, log: Path, env: dict[str, str]) -> Iterator[subprocess.Popen]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "engagement", *args],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def crew(transactional_db, tmp_path: Path, settings) -> Iterator[redis.Redis]:
    """Two workers and two beats on this test's database, and the Redis between them."""
    if connection.vendor != "postgresql" or not project.REDIS_URL:
        pytest.skip("needs PostgreSQL and Redis")
    url = project.REDIS_URL.rsplit("/", 1)[0] + "/14"
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    at = connection.settings_dict
    env = {
        **os.environ,
        "DATABASE_URL": f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "REDIS_URL": url,
        "EMAIL_BACKEND": LOCAL_MAILBOX,
        "DJANGO_SETTINGS_MODULE": "engagement.settings",
    }
    broker = redis.Redis.from_url(url)
    broker.flushdb()
    queues = "notices,reactions,outbox,commands,chores"
    with ExitStack() as stack:
        for number in (1, 2):
            stack.enter_context(
                celery(
                    *("worker", "-Q", queues, "-c", "1", "-n", f"w{number}@here", "-l", "WARNING"),
                    log=tmp_path / f"worker{number}.log",
                    env=env,
                )
            )
            stack.enter_context(
                celery(
                    *("beat", "-s", str(tmp_path / f"beat{number}"), "-l", "WARNING"),
                    log=tmp_path / f"beat{number}.log",
                    env=env,
                )
            )
        yield broker
    broker.flushdb()
    broker.close()


def ticks() -> int:
    """How many slots of dispatching the beats have taken."""
    return Tick.objects.filter(name="dispatch").count()


@pytest.mark.postgres
def test_nothing_twice_and_nothing_lost(crew, store, client):
    began = clock.now(store) - timedelta(days=1)  # Shopify's times have no fractions of a second
    with store_scope(store.pk):
        install_flows(store=store, now=began)
        connection_ = connect_source(store=store, source="shopify", now=clock.now(store))
    shop = Journey(store=store, sender=Sender(client, connection_))
    for number in range(ORDERS):
        who = f"person{number}@mail.example"
        body = shop.basket(email=who, customer={"id": number + 1, "email": who})
        assert shop.sender.shopify("orders/create", body).status_code == 200
        if number % 6 == 0:
            crew.flushdb()
    deadline = time.monotonic() + PATIENCE_SECONDS
    flushes = FLUSHES
    # Hints alone may be quick enough; the beats must have ticked twice as well, on the same rows.
    while time.monotonic() < deadline and (LocalMail.objects.count() < ORDERS or ticks() < 2):
        if flushes:
            crew.flushdb()
            flushes -= 1
        time.sleep(1)
    time.sleep(3)  # time enough for a second copy to appear
    with store_scope(store.pk):
        statuses = Counter(Message.objects.values_list("status", flat=True))
        notices = list(InboundNotice.objects.values_list("status", "claims", "attempts", "reason"))
        owed = list(
            PendingReaction.objects.exclude(status="done").values_list(
                "reaction", "status", "claims", "attempts", "error"
            )
        )
    recipients = Counter(LocalMail.objects.values_list("recipient", flat=True))
    assert statuses == {"sent": ORDERS}, (Counter(notices), owed)
    assert len(recipients) == ORDERS
    assert set(recipients.values()) == {1}
    assert ticks() >= 2, "the beats ticked"
