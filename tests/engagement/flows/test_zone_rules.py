"""A country changes its clocks between planning and sending: the local time that was meant is kept.

The zone is one of ours, in a folder that `zoneinfo` searches first, so that its rules can change.
"""

import struct
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import real_now
from core.events import spine
from engagement.chores import BY_NAME, run_now
from engagement.flows.models import Flow
from engagement.messages.models import Message
from engagement.messages.operations.dispatch import drain_outbox
from orders.models import Customer
from orders.operations.near_occasions import near_birthdays
from tests.factories.orders import CustomerFactory

ZONE = "Test/Moving"


def file_of(*, hours: int) -> bytes:
    """A zone that is always `hours` ahead of UTC, as RFC 9636 writes it (version 1)."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    return b"TZif" + b"\0" * 16 + counts + struct.pack(">lbb", hours * 3600, 0, 0) + b"TST\0"


@pytest.fixture
def government(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """Decides how far the zone is ahead of UTC, from now on and at all times."""
    before = zoneinfo.TZPATH

    def decides(hours: int) -> None:
        (tmp_path / "Test").mkdir(exist_ok=True)
        (tmp_path / ZONE).write_bytes(file_of(hours=hours))
        zoneinfo.ZoneInfo.clear_cache()

    zoneinfo.reset_tzpath(to=[str(tmp_path), *before])
    yield decides
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.fixture
def request_at_ten(shop, government, bought, ship, deliver) -> Message:
    """A review request for ten in the morning there, while it is one hour ahead of UTC."""
    government(1)
    customer = CustomerFactory(store=shop, time_zone=ZONE, time_zone_source="own")
    look_at_the_zones()
    deliver(ship(bought(customer=customer).order))
    message = Message.objects.get(flow="review_request", step="ask")
    assert message.due_at == datetime(2026, 3, 13, 9, tzinfo=UTC)
    return message


def look_at_the_zones() -> None:
    """The chores, as beat runs them."""
    for name in ("zones", "replan"):
        run_now(BY_NAME[name])


def sent_at(message: Message) -> datetime | None:
    message.refresh_from_db()
    return message.handed_at


def test_ten_that_comes_earlier_is_not_missed(request_at_ten, government, clock):
    government(3)
    look_at_the_zones()
    clock.move_to(datetime(2026, 3, 13, 6, 59, tzinfo=UTC))
    drain_outbox()
    assert sent_at(request_at_ten) is None
    clock.shift(timedelta(minutes=1))
    drain_outbox()
    assert sent_at(request_at_ten) == datetime(2026, 3, 13, 7, tzinfo=UTC)


def test_ten_that_comes_later_is_waited_for_even_before_any_chore_ran(
    request_at_ten, government, clock
):
    government(-2)
    clock.move_to(datetime(2026, 3, 13, 9, tzinfo=UTC))  # seven in the morning there by now
    drain_outbox()
    assert sent_at(request_at_ten) is None
    clock.move_to(datetime(2026, 3, 13, 12, tzinfo=UTC))
    drain_outbox()
    assert sent_at(request_at_ten) == datetime(2026, 3, 13, 12, tzinfo=UTC)


def test_the_night_there_is_the_night_by_the_new_rules(request_at_ten, government, clock):
    clock.move_to(datetime(2026, 3, 13, 15, tzinfo=UTC))
    government(8)  # eleven at night
    drain_outbox()
    assert sent_at(request_at_ten) is None
    clock.move_to(datetime(2026, 3, 14, 2, tzinfo=UTC))
    drain_outbox()
    assert sent_at(request_at_ten) == datetime(2026, 3, 14, 2, tzinfo=UTC)


def test_rules_that_stand_move_nothing(request_at_ten):
    look_at_the_zones()
    assert run_now(BY_NAME["zones"]) == 0
    assert not Flow.objects.filter(replan_asked_at__isnull=False).exists()
    assert sent_at(request_at_ten) is None


@pytest.mark.parametrize("moved", ["the country", "the customer"])
def test_a_birthday_stays_on_its_day(shop, government, bought, clock, moved):
    government(1)
    customer = CustomerFactory(
        store=shop, time_zone=ZONE, time_zone_source="own", birthday_month=3, birthday_day=8
    )
    bought(customer=customer)
    near_birthdays(store=shop, now=real_now())
    spine.drain()
    if moved == "the country":
        government(-4)
        look_at_the_zones()
    else:
        Customer.objects.filter(pk=customer.pk).update(time_zone="America/New_York")
    clock.move_to(datetime(2026, 3, 7, 6, tzinfo=UTC))
    for _ in range(60):
        clock.shift(timedelta(hours=1))
        drain_outbox()
    wish = Message.objects.get(flow="birthday")
    assert wish.handed_at is not None, wish.reason
    customer.refresh_from_db()
    local = wish.handed_at.astimezone(zoneinfo.ZoneInfo(customer.time_zone))
    assert (local.day, 8 <= local.hour < 20) == (8, True)
