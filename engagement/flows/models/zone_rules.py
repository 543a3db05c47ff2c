"""By which rules of time zones the planned mails were timed."""

from django.db import models


class ZoneRules(models.Model):
    """One row for the whole installation. It is of no store: zones are everybody's."""

    fingerprint = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "zone rules"

    def __str__(self) -> str:
        return self.fingerprint[:12]
