"""What the mail provider says became of a message."""

from django.db import models

from core.stores.owned import StoreLed


class MessageEvent(StoreLed):
    """One provider event, kept once however often the provider repeats it."""

    BAD = ("complained", "bounced", "rejected")
    """The kinds that count against the sending domain, by anymail's names."""

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
        indexes = [
            models.Index(
                fields=["store", "-received_at"],
                name="bad_news_latest_first",
                condition=models.Q(kind__in=("complained", "bounced", "rejected")),
            )
        ]
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} ({self.provider})"
