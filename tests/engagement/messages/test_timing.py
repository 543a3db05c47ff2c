"""Sending hours and day arithmetic, against an oracle that walks minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement.messages.timing import (
    BadWindows,
    after_hours,
    is_allowed,
    next_allowed,
    on_local_day,
    read_windows,
    start_of_local_day,
)

ZONES = ["Europe/Prague", "Europe/Helsinki", "America/New_York", "Australia/Sydney"]
ODD_ZONES = ["Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Asia/Kathmandu"]


def changes(zone: ZoneInfo, *, years=(2026, 2027)) -> list[datetime]:
    """Every moment in those years at which the zone's clocks change."""
    moment = datetime(years[0], 1, 1, tzinfo=UTC)
    end = datetime(years[-1] + 1, 1, 1, tzinfo=UTC)
    found = []
    while moment < end:
        later = moment + timedelta(hours=1)
        if moment.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            step = moment
            while step.astimezone(zone).utcoffset() == moment.astimezone(zone).utcoffset():
                step += timedelta(minutes=1)
            found.append(step)
        moment = later
    return found


NEAR_CHANGES = [(name, change) for name in ZONES + ODD_ZONES for change in changes(ZoneInfo(name))]


def oracle(moment, windows, zone):
    """The slow truth: try every minute."""
    step = moment
    if is_allowed(moment=step, windows=windows, zone=zone):
        return step
    step = step.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(15 * 24 * 60):
        if is_allowed(moment=step, windows=windows, zone=zone):
            return step
        step += timedelta(minutes=1)
    return None


def test_there_are_changes_to_test():
    assert sum(name in ZONES for name, _ in NEAR_CHANGES) == 16


@settings(max_examples=120, deadline=None)
@given(
    place=st.sampled_from(NEAR_CHANGES),
    offset=st.integers(-30 * 60, 30 * 60),
    start=st.integers(0, 1439),
    length=st.integers(1, 1440),
)
@example(
    place=("Europe/Prague", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    offset=-300,
    start=150,
    length=20,
)
def test_the_next_allowed_minute_is_the_oracles(place, offset, start, length):
    name, change = place
    zone = ZoneInfo(name)
    end = min(start + length, 1440)
    raw = [
        [day, f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}"]
        for day in range(7)
    ]
    windows = read_windows(raw)
    moment = change + timedelta(minutes=offset)
    found = next_allowed(moment=moment, windows=windows, zone=zone)
    truth = oracle(moment, windows, zone)
    assert found is not None
    assert truth is not None
    assert is_allowed(moment=found, windows=windows, zone=zone)
    # A window need not be reopened when the clocks repeat an hour (the safe side); else exact.
    repeated = truth.astimezone(zone).fold == 1 or found.astimezone(zone).fold == 1
    assert found == truth or (repeated and found > truth)


@pytest.mark.parametrize("name", ZONES)
def test_ten_in_the_morning_stays_ten_over_every_change(name):
    zone = ZoneInfo(name)
    for change in changes(zone):
        for days_before in range(1, 15):
            anchor = change - timedelta(days=days_before)
            due = on_local_day(anchor=anchor, days=10, at=time(10), zone=zone)
            local = due.astimezone(zone)
            assert (local.hour, local.minute) == (10, 0)
            assert local.date() == anchor.astimezone(zone).date() + timedelta(days=10)


def test_a_skipped_time_moves_forward_and_a_repeated_one_is_the_first():
    prague = ZoneInfo("Europe/Prague")
    spring = on_local_day(
        anchor=datetime(2026, 3, 28, 12, tzinfo=UTC), days=1, at=time(2, 30), zone=prague
    )
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 3:30 on the wall
    autumn = on_local_day(
        anchor=datetime(2026, 10, 24, 12, tzinfo=UTC), days=1, at=time(2, 30), zone=prague
    )
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first 2:30


def test_hours_are_elapsed_hours():
    anchor = datetime(2026, 3, 28, 20, tzinfo=UTC)
    assert after_hours(anchor=anchor, hours=24) - anchor == timedelta(hours=24)


def test_a_day_may_begin_after_midnight():
    havana = ZoneInfo("America/Havana")
    start = start_of_local_day(day=date(2026, 3, 8), zone=havana)
    assert start.astimezone(havana).time() == time(1)


def test_a_moment_inside_a_window_is_left_alone():
    windows = read_windows([[1, "08:00", "20:00"]])
    noon = datetime(2026, 3, 3, 12, 0, 30, tzinfo=UTC)
    assert next_allowed(moment=noon, windows=windows, zone=ZoneInfo("UTC"), jitter_key="x") == noon


def test_no_window_means_never():
    assert (
        next_allowed(
            moment=datetime(2026, 3, 3, tzinfo=UTC), windows=read_windows([]), zone=ZoneInfo("UTC")
        )
        is None
    )


def test_a_night_window_is_split_at_midnight():
    windows = read_windows([[6, "22:00", "02:00"]])
    assert windows[6] == ((1320, 1440),)
    assert windows[0] == ((0, 120),)


@given(st.uuids())
def test_jitter_is_stable_and_stays_in_the_window(key):
    windows = read_windows([[day, "08:00", "08:10"] for day in range(7)])
    zone = ZoneInfo("Europe/Prague")
    night = datetime(2026, 3, 3, 2, tzinfo=UTC)
    first = next_allowed(moment=night, windows=windows, zone=zone, jitter_key=str(key))
    again = next_allowed(moment=night, windows=windows, zone=zone, jitter_key=str(key))
    assert first == again
    assert first is not None
    assert is_allowed(moment=first, windows=windows, zone=zone)


@pytest.mark.parametrize(
    "row", [[7, "08:00", "09:00"], [0, "8", "9"], [0, "25:00", "26:00"], [0, "24:00", "02:00"], [0]]
)
def test_unreadable_hours_are_refused_in_words(row):
    with pytest.raises(BadWindows):
        read_windows([row])
