"""Celery carries hints and ticks; the database is the schedule."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")

app = Celery("afterglow")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["engagement"])
