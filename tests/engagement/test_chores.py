"""Chores run once a slot, whoever ticks; the loop without a broker runs the same."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from core import clock, stopping
from engagement import chores, tasks
from engagement.beat import BEAT_SCHEDULE, EVERY_SECONDS
from engagement.chores import BY_NAME, CHORES, Chore, run_chore, run_now, slot_of, take_slot
from engagement.loop import EngineLoop
from engagement.messages.models import Tick

AT = datetime(2026, 3, 3, 12, 0, 7, tzinfo=UTC)


def test_beat_ticks_every_chore_and_nothing_else():
    assert set(EVERY_SECONDS) == set(BY_NAME)
    assert {entry["args"][0] for entry in BEAT_SCHEDULE.values()} == set(BY_NAME)
    assert all(entry["options"]["expires"] for entry in BEAT_SCHEDULE.values())


@pytest.mark.parametrize("every", [5, 15, 60, 3600])
def test_a_slot_holds_its_moment(every):
    slot = slot_of(moment=AT, every_seconds=every)
    assert slot <= AT < slot + timedelta(seconds=every)
    assert slot.timestamp() % every == 0


def test_two_schedulers_run_a_chore_once_a_slot(db, monkeypatch):
    ran = []
    counted = Chore("reap", 15, lambda: ran.append(1) or 1)
    monkeypatch.setitem(chores.BY_NAME, "reap", counted)
    for moment in (AT, AT, AT + timedelta(seconds=3), AT + timedelta(seconds=15)):
        run_chore(name="reap", now=moment)
        run_chore(name="reap", now=moment)
    assert len(ran) == 2
    assert Tick.objects.filter(name="reap", ended_at__isnull=False).count() == 2


def test_a_thousand_ticks_of_two_beats_take_a_thousand_slots(db):
    taken = 0
    for number in range(100):
        slot = AT + timedelta(seconds=5 * number)
        taken += sum(take_slot(name="dispatch", slot=slot) for _ in range(2))
    assert taken == 100


def test_a_chore_that_fails_is_told_and_stops_nobody(db):
    def broken() -> int:
        raise RuntimeError("no luck")

    assert run_now(Chore("broken", 5, broken)) == 0


def test_every_chore_runs_on_an_empty_house(db):
    for chore in CHORES:
        assert chore.run() == 0, chore.name


def test_the_calendar_is_read_once_per_store_and_local_day(store, django_assert_max_num_queries):
    chores.plan_calendar()
    with django_assert_max_num_queries(6):
        chores.plan_calendar()
    assert Tick.objects.filter(name=f"calendar:{store.pk}").count() == 1


def test_the_loop_runs_each_chore_at_its_time(db):
    loop = EngineLoop()
    start = clock.real_now()
    loop.tick(now=start)
    loop.tick(now=start + timedelta(seconds=1))
    assert Tick.objects.filter(name="dispatch").count() == 1
    loop.tick(now=start + timedelta(seconds=6))
    assert Tick.objects.filter(name="dispatch").count() == 2
    assert Tick.objects.filter(name="sweep_out").count() == 1


def test_a_worker_asked_to_stop_ends_after_the_round_in_hand(db, monkeypatch):
    """A deploy asks the parent; a process it forked before sees it and drains no further (J8)."""
    rounds = []

    def endless(**how: object) -> int:
        rounds.append(how)
        assert len(rounds) < 100, "it went on though it was asked to stop"
        if len(rounds) == 2:
            child = os.fork()
            if not child:
                stopping.ask_to_stop()
                os._exit(0)
            os.waitpid(child, 0)
        return 1

    monkeypatch.setattr(chores, "process_due", endless)
    try:
        assert chores.work_notices() == 2
    finally:
        stopping.take_back()


def test_a_hint_with_work_asks_for_its_next_turn_and_an_idle_one_does_not(db, monkeypatch):
    asked = []
    left = [7, 0]
    monkeypatch.setattr(tasks, "wake", asked.append)
    monkeypatch.setitem(tasks.LANES, "notices", lambda: left.pop(0))
    tasks.hint("notices")
    tasks.hint("notices")
    tasks.hint("a lane of older code")
    assert asked == ["notices"]
