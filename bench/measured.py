"""Seconds of wall clock and of CPU, which other load distorts less."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")


def session_cpu() -> float:
    """CPU seconds of our PostgreSQL session, where it runs on this machine; 0 on SQLite, which is us."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    try:
        cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(cells[11]) + int(cells[12])) / TICK


def measured(work: Callable[[], Any]) -> dict[str, float]:
    """Seconds of wall clock and of CPU that `work` takes."""
    started, cpu, session = time.monotonic(), time.process_time(), session_cpu()
    work()
    return {
        "seconds": round(time.monotonic() - started, 2),
        "cpu_here": round(time.process_time() - cpu, 2),
        "cpu_database": round(session_cpu() - session, 2),
    }
