"""The outbox: one narrow row per living message. The hot table; deleted when the message ends."""

from django.db import models

from core.stores.owned import StoreOwned


class Lane(models.IntegerChoices):
    """Which queue. Order news never waits behind marketing."""

    TRANSACTIONAL = 1, "Order news"
    MARKETING = 2, "Marketing"


class Outbox(StoreOwned):
    """Where a living message stands: planned, claimed, being handed over, or uncertain."""

    class State(models.IntegerChoices):
        PLANNED = 10, "Planned"
        PAUSED = 15, "Paused"
        CLAIMED = 20, "Claimed"
        HANDING = 30, "Being handed over"
        UNCERTAIN = 35, "Unclear whether it arrived"

    message = models.OneToOneField(
        "engagement_messages.Message", primary_key=True, on_delete=models.CASCADE
    )
    customer = models.ForeignKey(
        "orders.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lane = models.PositiveSmallIntegerField(choices=Lane.choices)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.PLANNED)
    token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    deferrals = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(
        default=0, help_text="Sent again because nobody knew whether it had arrived."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["store", "lane", "due_at", "message"],
                name="outbox_due",
                condition=models.Q(state=10),
            ),
            models.Index(
                fields=["lease_until"],
                name="outbox_leases",
                condition=models.Q(state__in=[20, 30]),
            ),
            models.Index(
                fields=["customer"],
                name="outbox_in_the_air",
                condition=models.Q(state__in=[30, 35]),
            ),
        ]
        verbose_name_plural = "outbox"

    def __str__(self) -> str:
        return f"message {self.message_id} {self.get_state_display()}"
