"""Ticks: each periodic job runs once per time slot, however many schedulers there are."""

from django.db import models


class Tick(models.Model):
    """One slot of one periodic job, taken by whoever inserted it first."""

    name = models.CharField(max_length=32)
    slot = models.DateTimeField()
    taken_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="a_slot_is_run_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M:%S}"
