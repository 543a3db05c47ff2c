"""Celery carries hints and ticks; the database is the schedule."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")

app = Celery("afterglow")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery closes the database connection around every task unless told how often it may be reused.
app.conf.CELERY_DB_REUSE_MAX = 100_000
app.autodiscover_tasks(["engagement"])
