"""What it costs to write a mail: ``python -m bench.render``.

Ours: data to subject, HTML and text, and those to the bytes that go out by SMTP. The peer: Django's
template of the very same order confirmation, its HTML alone, over a context that was prepared beforehand.
By turns, so that a busy machine slows both alike.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

ROUNDS = 400
MOST_MS, MOST_RATIO = 1.5, 2.5
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def milliseconds(work: Callable[[], Any]) -> float:
    """How long one call takes, in milliseconds of this process's time."""
    begun = time.process_time_ns()
    work()
    return (time.process_time_ns() - begun) / 1e6


def main() -> int:
    """Measure and print; 1 where a figure is missed."""
    import django  # noqa: PLC0415 (needs its settings first)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")
    django.setup()
    from bench.render_ways import django_page, our_mail  # noqa: PLC0415 (needs Django)
    from engagement.messages.rendering.samples import KEYS  # noqa: PLC0415

    medians = {}
    for key in KEYS:
        write = our_mail(template=key, now=NOW)
        write()
        medians[key] = statistics.median(milliseconds(write) for _ in range(ROUNDS // 4))
    slowest = max(medians, key=medians.__getitem__)
    typical = statistics.median(medians.values())

    ours, theirs = our_mail(template="order_confirmation", plain=True, now=NOW), django_page()
    pairs = [(milliseconds(ours), milliseconds(theirs)) for _ in range(ROUNDS)]
    our_ms, their_ms = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"median of {len(KEYS)} mails with MIME: {typical:.2f} ms; "
        f"slowest {slowest} {medians[slowest]:.2f} ms"
    )
    print(f"order confirmation with MIME {our_ms:.2f} ms; Django's HTML alone {their_ms:.2f} ms")
    print(f"ratio {our_ms / their_ms:.2f} (at most {MOST_RATIO}); limit {MOST_MS} ms")
    return 0 if typical <= MOST_MS and our_ms / their_ms <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
