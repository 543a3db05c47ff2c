"""The machine's clock is put forward and back, and the machine sleeps, with work in hand.

Nothing leaves twice, nothing in a burst, nothing in quiet hours, and nothing stands still for longer
than it must.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail.backends.base import BaseEmailBackend

from core.clock import real_now
from engagement.loop import EngineLoop
from engagement.messages.models import (
    Lane,
    Message,
    Outbox,
    ProviderAccount,
    RateBucket,
    Tick,
)
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from engagement.messages.operations.reap import reap
from engagement.messages.operations.resolve_uncertain import resolve_uncertain
from tests.conftest import NOON
from tests.factories.accounts import an_account

PRAGUE = ZoneInfo("Europe/Prague")
TEN_MINUTES = timedelta(minutes=10)
taken: list[tuple[str, datetime]] = []
meanwhile: list[Callable[[], object]] = []


class Provider(BaseEmailBackend):
    """Takes every mail and notes when; what the test wants to happen meanwhile happens first."""

    def send_messages(self, email_messages):
        for email in email_messages:
            if meanwhile:
                meanwhile.pop(0)()
            taken.append((email.to[0], real_now()))
        return len(email_messages)


@pytest.fixture(autouse=True)
def provider(shop) -> Iterator[None]:
    taken.clear()
    meanwhile.clear()
    an_account(store=shop, backend=f"{__name__}.Provider", rate_per_second=4)
    yield
    meanwhile.clear()


@pytest.fixture
def requests(bought, ship, deliver, clock) -> list[Message]:
    """Five review requests, due at ten in the morning on the tenth day."""
    for _ in range(5):
        deliver(ship(bought().order))
    Message.objects.exclude(flow="review_request", step="ask").delete()
    return list(Message.objects.order_by("pk"))


def at(clock: time_machine.Traveller, local: str) -> None:
    clock.move_to(datetime.fromisoformat(local).replace(tzinfo=PRAGUE))


def hours_of_sending() -> list[str]:
    return [f"{moment.astimezone(PRAGUE):%d %H:%M}" for _, moment in taken]


def test_a_batch_that_outlasts_the_sending_hours_stops_at_their_end(requests, clock):
    at(clock, "2026-03-13 19:59:00")
    meanwhile.extend([lambda: clock.shift(timedelta(seconds=25))] * 5)
    drain_outbox()
    assert len(taken) < 5
    assert max(hours_of_sending()) < "13 20:01"
    at(clock, "2026-03-14 08:30:00")
    drain_outbox()
    assert len({who for who, _ in taken}) == len(taken) == 5


def test_a_machine_that_slept_through_the_evening_writes_to_nobody_at_night(requests, clock):
    at(clock, "2026-03-13 19:30:00")
    meanwhile.append(lambda: at(clock, "2026-03-13 23:30:00"))
    loop = EngineLoop()
    for _ in range(3):
        loop.tick(now=real_now())
        clock.shift(timedelta(minutes=1))
    assert len(taken) == 1  # the one that was on its way when the machine fell asleep
    at(clock, "2026-03-14 08:30:00")
    loop.tick(now=real_now())
    assert len({who for who, _ in taken}) == len(taken) == 5


@pytest.mark.parametrize("nap", [TEN_MINUTES, timedelta(hours=1), timedelta(hours=30)])
def test_what_a_sleeping_worker_had_in_hand_is_not_sent_by_another(bought, place, clock, nap):
    def sleep_and_let_others_wake_first() -> None:
        clock.shift(nap)
        reap(now=real_now())
        resolve_uncertain(now=real_now())
        drain_outbox()

    place(bought().order)
    meanwhile.append(sleep_and_let_others_wake_first)
    drain_outbox()
    clock.shift(timedelta(hours=1))
    reap(now=real_now())
    resolve_uncertain(now=real_now())
    drain_outbox()
    assert len(taken) == 1
    assert list(Message.objects.values_list("status", flat=True)) == [Message.Status.SENT]


def test_an_account_that_drops_doubles_is_not_trusted_with_a_key_it_has_forgotten(
    shop, bought, place, clock
):
    an_account(store=shop, backend=f"{__name__}.Provider", deduplicates=True)
    place(bought().order)
    Outbox.objects.update(state=30, token="dead", lease_until=NOON + timedelta(seconds=40))
    Message.objects.update(status=Message.Status.HANDING, handed_at=NOON)
    clock.shift(timedelta(hours=30))  # the machine was switched off
    reap(now=real_now())
    assert resolve_uncertain(now=real_now()).waiting == 1


@pytest.mark.parametrize("step", [TEN_MINUTES, -TEN_MINUTES])
def test_a_stepped_clock_makes_neither_a_burst_nor_a_standstill(bought, place, clock, step):
    ProviderAccount.objects.update(rate_per_second=1)
    for _ in range(15):
        place(bought(consent=False).order)
    assert dispatch(lane=Lane.TRANSACTIONAL) == 5  # five seconds' worth were saved up
    assert dispatch(lane=Lane.TRANSACTIONAL) == 0
    clock.shift(step)
    Outbox.objects.update(due_at=real_now())
    assert dispatch(lane=Lane.TRANSACTIONAL) == (5 if step > timedelta() else 0)
    clock.shift(timedelta(seconds=2))
    assert dispatch(lane=Lane.TRANSACTIONAL) == 2
    assert RateBucket.objects.get(account__is_default=True).tokens < 1


@pytest.mark.parametrize("step", [TEN_MINUTES, -TEN_MINUTES])
def test_chores_go_on_at_once_after_a_step_and_run_once_a_slot(shop, clock, step):
    loops = [EngineLoop(), EngineLoop()]

    def look() -> None:
        for loop in loops:
            loop.tick(now=real_now())

    for _ in range(5):
        look()
        clock.shift(timedelta(seconds=5))
    look()
    clock.shift(step)
    before = real_now()
    look()
    recent = Tick.objects.filter(name="dispatch", taken_at=before)
    assert recent.count() == 1
    assert Tick.objects.filter(name="reap", taken_at=before).count() == 1


def test_orders_and_a_clock_that_jumps_about(bought, place, clock):
    """Ten minutes forward and back, again and again, with orders coming in all the while."""
    loop = EngineLoop()
    for number, step in enumerate([1, -1, 1, 1, -1, -1, -1, 1, 1, -1]):
        place(bought(consent=False).order)
        meanwhile.append(lambda step=step: clock.shift(step * TEN_MINUTES))
        for _ in range(2):
            loop.tick(now=real_now())
            clock.shift(timedelta(seconds=20 + number))
    for _ in range(15):
        clock.shift(timedelta(minutes=4))
        loop.tick(now=real_now())
    statuses = list(Message.objects.values_list("status", flat=True))
    assert statuses == [Message.Status.SENT] * 10
    assert len({who for who, _ in taken}) == len(taken) == 10
