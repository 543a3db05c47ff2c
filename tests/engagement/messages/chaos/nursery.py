"""Runs in a process of its own: loads Django once, then forks workers that the test kills.

Commands on stdin, one JSON answer a line on stdout: ``migrate``, ``plan N``, ``spawn``,
``spawn stopping`` (one batch only; stops itself with SIGSTOP just before MARK), ``tend``, ``report``.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django


def limits() -> dict[str, Any]:
    """Leases a thirtieth as long as in life. Poison is another test's matter: here all die."""
    return {
        "lease": timedelta(seconds=float(os.environ["LEASE"])),
        "provider_timeout": timedelta(seconds=0.3),
        "uncertain_age": timedelta(seconds=float(os.environ["UNCERTAIN_AGE"])),
        "suspect_claims": 1000,
    }


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "engagement.settings"
    os.environ["EMAIL_BACKEND"] = "tests.engagement.messages.chaos.ledger.EmailBackend"
    os.environ["LOG_LEVEL"] = "ERROR"
    django.setup()
    from django.conf import settings  # noqa: PLC0415

    settings.SEND_RULES = "tests.engagement.messages.fake_rules.RULES"
    settings.ENGINE_LIMITS = limits()
    if os.environ.get("UNCHANGED"):
        from tests.engagement.messages.fake_rules import RULES  # noqa: PLC0415

        RULES.rests_on = "'what nobody ever writes to'"
    if os.environ.get("WITHOUT_FENCE"):
        from engagement.messages.operations import mark, mark_unchanged  # noqa: PLC0415

        mark.STILL_OURS = "%s IS NOT NULL"
        fence = "o.state = 20 AND o.token = {{token}}"
        assert fence in mark_unchanged.MARK
        mark_unchanged.MARK = mark_unchanged.MARK.replace(fence, "{{token}} IS NOT NULL")


set_up()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from core.clock import real_now  # noqa: E402
from core.stores.scope import every_store, store_scope  # noqa: E402
from engagement.messages.models import Lane, Message, MessageEvent, Outbox  # noqa: E402
from engagement.messages.operations.dispatch import dispatch  # noqa: E402
from engagement.messages.operations.plan_messages import plan_messages  # noqa: E402
from engagement.messages.operations.reap import reap  # noqa: E402
from engagement.messages.operations.resolve_uncertain import resolve_uncertain  # noqa: E402
from tests.engagement.messages.chaos.ledger import EmailBackend  # noqa: E402
from tests.factories.accounts import an_account  # noqa: E402
from tests.factories.messages import promise  # noqa: E402
from tests.factories.orders import CustomerFactory  # noqa: E402
from tests.factories.stores import StoreFactory  # noqa: E402


def migrate() -> str:
    call_command("migrate", verbosity=0)
    return "ok"


def plan(count: int) -> int:
    """`count` mails to `count` customers, every other one marketing."""
    store = StoreFactory(slug=f"chaos-{os.getpid()}-{random.randrange(10**9)}")
    backend = f"{EmailBackend.__module__}.EmailBackend"
    several = int(os.environ.get("CONNECTIONS") or 1)
    how = {"connections": several} if several > 1 else {"mark_batch": 3}
    an_account(store=store, name="Ledger", backend=backend, rate_per_second=0, **how)
    with store_scope(store.pk):
        promises = [
            promise(
                store=store,
                marketing=number % 2 == 1,
                customer_id=CustomerFactory(store=store).pk,
                due_at=real_now() - timedelta(minutes=1),
            )
            for number in range(count)
        ]
        return len(plan_messages(store_id=store.pk, promises=promises, now=real_now()))


def spawn(*, stopping: bool) -> int:
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    random.seed()
    if stopping:
        EmailBackend.stops_when_opened = True
    while os.getppid() != 1:
        try:
            reap(now=real_now())
            done = dispatch(lane=Lane.TRANSACTIONAL, limit=20)
            done += dispatch(lane=Lane.MARKETING, limit=20)
        except Exception as error:
            sys.stderr.write(f"worker: {error!r}\n")
            connections.close_all()
            done = 0
        if stopping and done:
            os._exit(0)
        if not done:
            time.sleep(0.02)
    os._exit(0)


def tend() -> dict[str, int]:
    """What beat does: reap and resolve. Every uncertain message is noted before it is resolved,
    and for every other one the provider's webhook comes."""
    reap(now=real_now())
    with every_store():
        doubtful = Outbox.objects.filter(state=Outbox.State.UNCERTAIN).select_related("message")
        with open(os.environ["LEDGER"] + ".uncertain", "a") as notes:
            for row in doubtful:
                notes.write(f"{row.message.public_id.hex}\n")
        known = set(Path(os.environ["LEDGER"]).read_text().split()[::2])
        for row in doubtful:
            if row.pk % 2 and row.message.public_id.hex in known:
                MessageEvent.objects.get_or_create(
                    store_id=row.store_id,
                    provider="ledger",
                    key=row.message.public_id.hex,
                    defaults={
                        "message": row.message,
                        "kind": "delivered",
                        "happened_at": real_now(),
                        "received_at": real_now(),
                    },
                )
    done = resolve_uncertain(now=real_now())
    with every_store():
        left = Outbox.objects.count()
    return {"left": left, "sent": done.sent, "again": done.again, "given_up": done.given_up}


def report() -> list[list[str]]:
    with every_store():
        rows = Message.objects.order_by("pk").values_list(
            "public_id", "message_class", "status", "reason"
        )
        return [[public_id.hex, *rest] for public_id, *rest in rows]


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    random.seed(int(os.environ.get("SEED", "0")))
    Path(os.environ["LEDGER"]).touch()
    for line in sys.stdin:
        word, *rest = line.split()
        answer: Any
        if word == "migrate":
            answer = migrate()
        elif word == "plan":
            answer = plan(int(rest[0]))
        elif word == "spawn":
            answer = spawn(stopping=bool(rest))
        elif word == "tend":
            answer = tend()
        else:
            answer = report()
        connections.close_all()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
