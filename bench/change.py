"""A merchant shortens a wait over many planned mails: how long it takes, and how long anybody is held up.

    python -m bench.change [--messages 100000]

Runs on a scratch database of the kind that DATABASE_URL names, and drops it afterwards.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.scratch import scratch_database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with scratch_database() as kind:
        _run(kind=kind, messages=options.messages)


def _run(*, kind: str, messages: int) -> None:
    from bench.many_planned import plan_many  # noqa: PLC0415 (models need the set-up above)
    from core.stores.models import Store  # noqa: PLC0415
    from core.stores.scope import store_scope  # noqa: PLC0415
    from engagement.flows.catalog.review_request import FLOW  # noqa: PLC0415
    from engagement.flows.definition import Wait  # noqa: PLC0415
    from engagement.flows.models import Flow  # noqa: PLC0415
    from engagement.flows.operations.install_flows import install_flows  # noqa: PLC0415
    from engagement.flows.operations.publish_version import publish_version  # noqa: PLC0415
    from engagement.flows.operations.replan import replan  # noqa: PLC0415
    from engagement.flows.operations.switch_flow import switch_flow  # noqa: PLC0415

    now = datetime.now(UTC)
    store = Store.objects.create(
        name="Bench", slug="bench", time_zone="Europe/Prague", review_delay_days=14
    )
    with store_scope(store.pk):
        install_flows(store=store, now=now - timedelta(days=365))
        plan_many(store=store, count=messages, now=now)
        ask, reminder = FLOW.steps
        shorter = replace(FLOW, steps=(replace(ask, wait=Wait(days=2, at="10:00")), reminder))
        print(f"{kind}, {messages} mails planned over 14 days; the request now goes after 2")
        _told(
            "shorten the wait",
            lambda: (
                publish_version(store=store, definition=shorter, now=now),
                replan(store=store, key=FLOW.key, now=now),
            ),
        )
        _print_when(now=now)
        for status in (Flow.Status.PAUSED, Flow.Status.ON, Flow.Status.OFF):
            _told(
                f"switch it to {status.label.lower()}",
                lambda to=status: switch_flow(store=store, key=FLOW.key, to=to, now=now),
            )


def _told(what: str, change: Callable[[], Any]) -> None:
    """The change as the merchant waits for it, then the chore until nothing is left."""
    from engagement.flows.operations.replan import replan_asked  # noqa: PLC0415

    begun, cpu = time.perf_counter(), time.process_time()
    with _transactions() as longest:
        change()
        waited = time.perf_counter() - begun
        runs = 0
        while replan_asked(seconds=4):
            runs += 1
    print(
        f"| {what} | answered in {waited:.2f} s | all done in {time.perf_counter() - begun:.1f} s "
        f"({time.process_time() - cpu:.1f} s CPU), {runs} runs of the chore | "
        f"longest transaction {max(longest, default=0):.2f} s of {len(longest)} |"
    )


@contextmanager
def _transactions() -> Any:
    """The lengths of all outermost transactions inside, in seconds."""
    from django.db import transaction  # noqa: PLC0415

    lengths: list[float] = []
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__
    began: list[float] = []

    def entered(self: Any) -> None:
        began.append(time.perf_counter())
        enter(self)

    def left(self: Any, *error: Any) -> None:
        leave(self, *error)
        start = began.pop()
        if not began:
            lengths.append(time.perf_counter() - start)

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entered, left  # type: ignore[method-assign]
    try:
        yield lengths
    finally:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave  # type: ignore[method-assign]


def _print_when(*, now: datetime) -> None:
    from engagement.messages.models import Message, Outbox  # noqa: PLC0415

    hours = Counter(
        max(0, int((due - now) / timedelta(hours=1)))
        for due in Outbox.objects.values_list("due_at", flat=True)
    )
    ended = Message.objects.filter(status=Message.Status.SKIPPED).count()
    most = max(hours[hour] for hour in range(24))
    print(
        f"| of these | {ended} are too late for it | within 24 hours "
        f"{sum(hours[hour] for hour in range(24))} are due | at most {most} in any hour |"
    )


if __name__ == "__main__":
    main()
