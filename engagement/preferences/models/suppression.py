"""Addresses we must not write to. Kept as a keyed hash, so that it outlives an erasure."""

from django.db import models

from core.stores.owned import StoreOwned


class Suppression(StoreOwned):
    """One address we leave alone. `reach` tells whether order news still may go."""

    class Reach(models.TextChoices):
        ALL = "all", "No mail at all"
        MARKETING = "marketing", "No marketing"

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
        BOUNCED = "bounced", "The address does not exist"
        COMPLAINED = "complained", "Marked our mail as spam"
        MANUAL = "manual", "Entered by hand"

    address_hash = models.CharField(max_length=64)
    reach = models.CharField(max_length=10, choices=Reach.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    customer = models.ForeignKey(
        "orders.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "address_hash", "reach"],
                condition=models.Q(lifted_at__isnull=True),
                name="one_live_suppression_per_reach",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reach_display()}: {self.get_reason_display()}"
