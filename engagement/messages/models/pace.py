"""How fast the lanes move: one narrow row per batch, kept for a day."""

from django.db import models

from engagement.messages.models.outbox import Lane


class Pace(models.Model):
    """One batch: how many mails were taken, and how many of them a provider was handed."""

    at = models.DateTimeField()
    lane = models.PositiveSmallIntegerField(choices=Lane.choices)
    taken = models.PositiveIntegerField()
    handed = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="pace_by_time")]

    def __str__(self) -> str:
        return f"{self.handed} of {self.taken} at {self.at:%H:%M:%S}"
