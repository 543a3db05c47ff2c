"""Sending hours as people write them: one line a day, ``Monday 08:00-12:00, 13:00-18:00``.

Pure. A span that ends before it begins runs over midnight, as the timing rules have it.
"""

import re
from collections.abc import Sequence
from typing import Any

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_line = re.compile(r"\s*(?P<day>[A-Za-z]+)\s*:?\s*(?P<spans>.*)")
_span = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


class BadHours(ValueError):
    """Hours that cannot be read; the message says which line and what to write."""


def write_hours(windows: Sequence[Sequence[Any]]) -> str:
    """The windows ``[weekday, from, to]`` as lines, a day without hours left out."""
    lines = []
    for number, name in enumerate(DAYS):
        spans = sorted((start, end) for day, start, end in windows if int(day) == number)
        if spans:
            lines.append(f"{name} " + ", ".join(f"{start}-{end}" for start, end in spans))
    return "\n".join(lines)


def read_hours(text: str) -> list[list[Any]]:
    """The lines as windows ``[weekday, from, to]``. Raises `BadHours`."""
    windows: list[list[Any]] = []
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        found = _line.fullmatch(line)
        day = _day(found["day"]) if found else None
        if found is None or day is None:
            raise BadHours(f"“{line}” does not begin with a day. Write: Monday 08:00-20:00")
        for span in filter(None, (part.strip() for part in found["spans"].split(","))):
            windows.append([day, *_hours(span, line)])
    for one, next_one in zip(sorted(windows), sorted(windows)[1:], strict=False):
        if one[0] == next_one[0] and not one[1] < one[2] <= next_one[1]:
            raise BadHours(f"The hours of {DAYS[one[0]]} overlap.")
    return sorted(windows)


def _day(word: str) -> int | None:
    begins = [n for n, name in enumerate(DAYS) if name.lower().startswith(word.lower())]
    return begins[0] if len(begins) == 1 and len(word) >= 2 else None


def _hours(span: str, line: str) -> tuple[str, str]:
    found = _span.fullmatch(span)
    if found is None:
        raise BadHours(f"“{span}” in “{line}” is no span of hours. Write: 08:00-20:00")
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in found.groups())
    if max(start_hour, end_hour) > 24 or max(start_minute, end_minute) > 59:
        raise BadHours(f"“{span}” in “{line}”: a day has 24 hours of 60 minutes.")
    start, end = f"{start_hour:02}:{start_minute:02}", f"{end_hour:02}:{end_minute:02}"
    if start == end:
        raise BadHours(f"“{span}” in “{line}” ends when it begins.")
    return start, end
