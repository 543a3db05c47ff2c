"""One Celery task a mail: read its row, render, send, note that it was sent. As many shops do it."""

import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

from celery import Celery
from django.core.mail import get_connection
from django.db import connection

from bench.dispatch.costs import ticks
from bench.dispatch.runs import Run, Sink

app = Celery("bench", broker=os.environ.get("REDIS_URL"))
app.conf.update(
    task_ignore_result=True, worker_prefetch_multiplier=4, task_default_queue="bench_dispatch"
)
_same: list[Any] = []


@app.task
def send_one(pk: int) -> None:
    from bench.dispatch.same_mail import SameMail  # noqa: PLC0415 (needs Django)
    from bench.dispatch.ways import mail_of  # noqa: PLC0415

    if not _same:
        _same.append(SameMail())
    with connection.cursor() as cursor:
        cursor.execute("SELECT told FROM bench_mail WHERE id = %s AND sent_at IS NULL", [pk])
        told = json.loads(cursor.fetchone()[0])
        mail_of(same=_same[0], told=told, smtp=get_connection()).send()
        cursor.execute("UPDATE bench_mail SET sent_at = clock_timestamp() WHERE id = %s", [pk])


def timed(*, told: list[dict[str, Any]], env: dict[str, str], sink: Sink) -> Run:
    """Queue everything, then start two worker processes; timed from first to last mail."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_mail")
        cursor.execute(
            "CREATE TABLE bench_mail (id int PRIMARY KEY, told text, sent_at timestamptz)"
        )
        rows = list(enumerate(json.dumps(one) for one in told))
        cursor.executemany("INSERT INTO bench_mail (id, told) VALUES (%s, %s)", rows)
    app.control.purge()
    for pk, _ in rows:
        send_one.delay(pk)
    sink_before = ticks(sink.pid)
    cpu_before = resource.getrusage(resource.RUSAGE_CHILDREN)
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "bench.dispatch.celery_each", "worker",
         "--concurrency", "2", "--loglevel", "ERROR", "-Q", "bench_dispatch",
         "--without-gossip", "--without-mingle", "--without-heartbeat"],
        stdout=subprocess.DEVNULL,
        env={**os.environ, **env, "DJANGO_SETTINGS_MODULE": "bench.dispatch.settings"},
    )  # fmt: skip
    until = time.monotonic() + 60 + len(told) / 5
    while _left():
        if time.monotonic() > until:
            worker.kill()
            raise SystemExit("Celery did not send everything in time.")
        time.sleep(0.2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM max(sent_at) - min(sent_at)) FROM bench_mail")
        seconds = float(cursor.fetchone()[0])
    sink_cpu = ticks(sink.pid) - sink_before
    worker.terminate()
    worker.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - cpu_before.ru_utime - cpu_before.ru_stime
    return Run(
        sent=len(told) - 1,
        seconds=seconds,
        cpu=cpu,
        database_cpu=0,
        sink_cpu=sink_cpu,
        peak_mb=after.ru_maxrss / 1024,
    )


def _left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_mail WHERE sent_at IS NULL")
        return int(cursor.fetchone()[0])
