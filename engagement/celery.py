"""Celery carries hints and ticks; the database is the schedule."""

import os

from celery import Celery
from celery.signals import worker_shutting_down

from core.stopping import ask_to_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")

app = Celery("afterglow")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery closes the database connection around every task unless told how often it may be reused.
app.conf.CELERY_DB_REUSE_MAX = 100_000
app.autodiscover_tasks(["engagement"])


@worker_shutting_down.connect
def end_after_the_batch_in_hand(**unknown: object) -> None:
    """SIGTERM comes to the parent; the children learn of it here."""
    ask_to_stop()
