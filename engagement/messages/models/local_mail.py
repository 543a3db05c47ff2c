"""The local mailbox: mails that would have left, kept to look at. For laptops, demos and tests."""

from django.db import models

from core.ids import new_public_id


class LocalMail(models.Model):
    """One mail exactly as it would have been handed to a provider."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    store = models.ForeignKey("stores.Store", null=True, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(
        "engagement_messages.Message", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    header_id = models.CharField(max_length=250, blank=True, help_text="Its Message-ID.")
    recipient = models.CharField(max_length=320)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998)
    mime = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["store", "-received_at"], name="local_mail_latest_first")]
        verbose_name = "local mail"

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"
