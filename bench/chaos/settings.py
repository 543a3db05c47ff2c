"""The product's own settings with short leases, for the children of the bench and nobody else.

`CHAOS_ROOM` (a directory for traps) and `CHAOS_WITHOUT` (a defence to switch off) are honoured here
only: no product module knows them. `CHAOS_TIMES` is the part of life's times to use; 0.1 in CI.
"""

import os
from datetime import timedelta

from engagement.beat import EVERY_SECONDS
from engagement.settings import *  # noqa: F403
from engagement.settings import ANYMAIL, BEAT_SCHEDULE, DATABASES
from engagement.settings import INSTALLED_APPS as PRODUCT_APPS

TIMES = float(os.environ.get("CHAOS_TIMES", "0.1"))
INSTALLED_APPS = [*PRODUCT_APPS, "bench.chaos.plugin.ChaosConfig"]


def of_life(seconds: float, *, least: float = 0.0) -> timedelta:
    """`seconds` of life in the time of this run."""
    return timedelta(seconds=max(least, seconds * TIMES))


ENGINE_LIMITS = {
    "lease": of_life(40),
    "provider_timeout": of_life(15),
    "first_backoff": of_life(30, least=0.5),
    "longest_backoff": of_life(6 * 3600),
    # Shorter still: an account that rests for minutes is a matter of waiting, not of recovering.
    "breaker_first": of_life(60) if TIMES >= 1 else timedelta(seconds=2),
    "breaker_longest": of_life(1800) if TIMES >= 1 else timedelta(seconds=8),
    "uncertain_age": of_life(1800) if TIMES >= 1 else timedelta(seconds=8),
}
WORK_LEASE_SECONDS = of_life(30).total_seconds()
EMAIL_TIMEOUT = max(1, round(15 * TIMES))
ANYMAIL = {**ANYMAIL, "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}

for name, seconds in EVERY_SECONDS.items():  # read by the chores when they are imported, after this
    EVERY_SECONDS[name] = max(1, round(seconds * TIMES))
    BEAT_SCHEDULE[name]["schedule"] = float(EVERY_SECONDS[name])
CELERY_BEAT_MAX_LOOP_INTERVAL = 1

STATEMENT_MS = int(of_life(15, least=1.5).total_seconds() * 1000)
DATABASE_HANGS_AFTER_SECONDS = STATEMENT_MS // 1000 + 1
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"]["OPTIONS"],
    "options": f"-c statement_timeout={STATEMENT_MS} "
    f"-c idle_in_transaction_session_timeout={2 * STATEMENT_MS}",
}
