"""Flows of one store: on or off, and the immutable versions of what they do."""

from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

from core.stores.owned import StoreOwned


class Flow(StoreOwned):
    """A ready-made flow as this store has it. `key` names it in the catalog."""

    class Status(models.TextChoices):
        ON = "on", "On"
        PAUSED = "paused", "Paused"
        OFF = "off", "Off"

    key = models.CharField(max_length=48)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ON)
    activated_at = models.DateTimeField(help_text="Nothing that happened before starts it.")
    paused_reason = models.CharField(max_length=200, blank=True)
    holdout_bp = models.PositiveSmallIntegerField(
        "held out (hundredths of a percent)", default=0, validators=[MaxValueValidator(10000)]
    )
    current_version = models.PositiveIntegerField(default=1)
    replan_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="Its planned mails are being brought in line."
    )
    replan_done_to = models.BigIntegerField(default=0, help_text="Up to which message they are.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="one_flow_per_key")]
        indexes = [
            models.Index(
                fields=["replan_asked_at"],
                name="flows_to_replan",
                condition=models.Q(replan_asked_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def starts_from(self) -> datetime:
        """From when on news starts it: shops tell times in whole seconds, so the second counts whole."""
        return self.activated_at.replace(microsecond=0)

    def disowns(self, planned_at: datetime) -> bool:
        """Whether it is off, or was off since it planned a mail at `planned_at`."""
        return self.status == self.Status.OFF or planned_at < self.activated_at


class FlowVersion(StoreOwned):
    """What the flow does, frozen. `definition` is `engagement.flows.definition.Definition` as JSON."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flow", "number"], name="one_version_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.flow} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A flow version is never changed; publish a new one.")
        super().save(*args, **kwargs)
