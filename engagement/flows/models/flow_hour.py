"""How many mails a flow planned in each hour: what the fuse measures a flood against."""

from django.db import models

from core.stores.owned import StoreOwned


class FlowHour(StoreOwned):
    """One hour of one flow. Hours in which nothing was planned have no row."""

    flow = models.CharField(max_length=48)
    hour = models.DateTimeField()
    planned = models.PositiveIntegerField()
    last_message = models.BigIntegerField(help_text="Up to which message was counted.")

    has_tripped = models.BooleanField(
        default=False, help_text="The fuse pauses a flow once an hour; a person has the last word."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "flow", "hour"], name="one_row_per_flow_hour")
        ]
        indexes = [models.Index(fields=["hour"], name="flow_hours_by_hour")]

    def __str__(self) -> str:
        return f"{self.flow} {self.hour:%Y-%m-%d %H}: {self.planned}"
