"""Who did what. Rows are written once and never changed."""

from typing import Any

from django.db import models

from core.stores.owned import StoreOwned, StoreQuerySet, store_manager


class AppendOnly(StoreQuerySet):
    """Rows can be added and read, nothing else."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("Audit entries are never changed.")

    def delete(self) -> Any:
        raise TypeError("Audit entries are never deleted.")


class AuditEntry(StoreOwned):
    """One deed of a person or of a command."""

    actor = models.CharField(max_length=160, help_text="A user's e-mail, or the command's name.")
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    happened_at = models.DateTimeField()

    objects = store_manager(AppendOnly)  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["store", "-happened_at"], name="audit_latest_first")]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Audit entries are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Audit entries are never deleted.")
