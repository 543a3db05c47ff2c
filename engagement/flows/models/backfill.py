"""Backfills: a merchant's explicit wish to write to people of the past, counted and spread."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned


class Backfill(StoreOwned):
    """One backfill of one flow: dry-run count first, then capped and spread over days."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    flow = models.CharField(max_length=48)
    since = models.DateTimeField()
    cap = models.PositiveIntegerField()
    spread_days = models.PositiveSmallIntegerField(default=7)
    counted = models.PositiveIntegerField(null=True)
    planned = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=160, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.flow} since {self.since:%Y-%m-%d}"
