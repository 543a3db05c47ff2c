"""Counters of attempts per time window. In the database, so that a restart forgives nobody."""

from django.db import models


class LimitWindow(models.Model):
    """How often one key was used in one window. `key` is a keyed hash: no address is kept."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "starts_at"], name="one_counter_per_window")
        ]
        indexes = [models.Index(fields=["starts_at"], name="limit_windows_by_age")]

    def __str__(self) -> str:
        return f"{self.used} since {self.starts_at:%Y-%m-%d %H:%M}"
