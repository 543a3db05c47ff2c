"""What the mail provider says became of a message."""

from django.db import models

from core.stores.owned import StoreOwned


class MessageEvent(StoreOwned):
    """One provider event, kept once however often the provider repeats it."""

    message = models.ForeignKey(
        "engagement_messages.Message", null=True, on_delete=models.CASCADE, related_name="events"
    )
    provider = models.CharField(max_length=32)
    key = models.CharField(max_length=190, help_text="The provider's event id, or a content hash.")
    kind = models.CharField(max_length=24, help_text="anymail's normalised event type.")
    reject_reason = models.CharField(max_length=32, blank=True)
    description = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "provider", "key"], name="provider_news_once")
        ]
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} ({self.provider})"
