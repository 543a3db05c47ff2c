"""The top floor and project package: settings, urls, wiring, and the rooms that join all others."""

from engagement.celery import app as celery_app

__all__ = ["celery_app"]
