"""Hints: one for a burst, one at its end, and no waiting for a broker that is away."""

import socket
import threading
import time
from contextlib import nullcontext

import pytest
from django.test import override_settings

from core import wake as hints

TWO_SECONDS = 2.0  # what a request may lose to a broker that hangs


class Told(list):
    """What the broker was handed, by lane."""

    def __init__(self) -> None:
        self.more = threading.Event()

    def send_task(self, name: str, *, args: list[str], **rest: object) -> None:
        self.append(args[0])
        self.more.set()


@pytest.fixture
def a_broker(monkeypatch) -> Told:
    told = Told()
    monkeypatch.setattr(hints, "current_app", told)
    monkeypatch.setattr(hints, "_producer", nullcontext)
    monkeypatch.setattr(hints, "_told_at", {})
    monkeypatch.setattr(hints, "_to_tell", set())
    monkeypatch.setattr(hints, "_quiet_until", 0.0)
    with override_settings(CELERY_BROKER_URL="redis://nowhere.invalid:6379/0"):
        yield told


def test_a_burst_is_one_hint_at_once_and_one_at_its_end(a_broker):
    for _ in range(500):
        hints.wake("notices")
    assert a_broker == ["notices"]
    a_broker.more.clear()
    assert a_broker.more.wait(5), "the last rows of a burst must not wait for the sweep"
    assert a_broker == ["notices", "notices"]


def test_lanes_do_not_hold_each_other_up(a_broker):
    hints.wake("notices")
    hints.wake("outbox")
    assert a_broker == ["notices", "outbox"]


def test_after_a_lost_hint_nobody_asks_the_broker_for_a_while(a_broker, monkeypatch):
    asked = []

    def away(*args: object, **rest: object) -> None:
        asked.append(rest["args"])
        raise ConnectionError("no broker")

    monkeypatch.setattr(a_broker, "send_task", away)
    for lane in ("notices", "reactions", "outbox"):
        hints.wake(lane)
    assert asked == [["notices"]]


def test_a_broker_that_hangs_costs_less_than_two_seconds_and_then_nothing(monkeypatch):
    """It takes every connection and never says a word."""
    monkeypatch.setattr(hints, "_told_at", {})
    monkeypatch.setattr(hints, "_quiet_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as broker:
        url = f"redis://127.0.0.1:{broker.getsockname()[1]}/0"
        with override_settings(CELERY_BROKER_URL=url):
            began = time.monotonic()
            hints.wake("notices")
            first = time.monotonic() - began
            for lane in ("outbox", "reactions"):
                hints.wake(lane)
    assert first < TWO_SECONDS
    assert time.monotonic() - began - first < 0.5, "it is not asked again for a while"
