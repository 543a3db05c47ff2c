"""What each customer said about marketing mail. Append-only: the newest statement counts."""

from typing import Any

from django.db import models

from core.stores.owned import StoreOwned


class Consent(StoreOwned):
    """One statement, with the exact wording and where it was made."""

    class Basis(models.TextChoices):
        EXPLICIT = "explicit", "Agreed"
        SOFT_OPT_IN = "soft_opt_in", "Bought and did not object"
        NONE = "none", "Said no, or withdrew"

    customer = models.ForeignKey(
        "orders.Customer", on_delete=models.PROTECT, related_name="consents"
    )
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=64)
    wording = models.TextField(blank=True)
    stated_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "source", "basis", "stated_at"], name="a_statement_is_kept_once"
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-stated_at", "-id"], name="consent_latest_first")
        ]

    def __str__(self) -> str:
        return f"{self.get_basis_display()} ({self.source})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A consent statement is never changed; record a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A consent statement is never deleted.")
