"""What each customer said about marketing mail. Append-only: the newest statement counts."""

import hashlib
from typing import Any

from django.db import models

from core.stores.owned import StoreOwned
from engagement.preferences.topics import MARKETING


class Consent(StoreOwned):
    """One statement about one purpose, with the exact wording, where it was made and what shows it.

    `purpose` is a topic, the measuring of clicks, or all marketing; where it is not all marketing it
    stands in `source`, too (``reviews@preferences_page``), so that statements made at once differ.
    """

    class Basis(models.TextChoices):
        EXPLICIT = "explicit", "Agreed"
        SOFT_OPT_IN = "soft_opt_in", "Bought and did not object"
        INQUIRY = "inquiry", "Asked the shop something"
        PENDING = "pending", "Agreed, and has not confirmed it yet"
        NONE = "none", "Said no, or withdrew"

    customer = models.ForeignKey(
        "orders.Customer", on_delete=models.PROTECT, related_name="consents"
    )
    purpose = models.CharField(max_length=16, default=MARKETING, db_default=MARKETING)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=64)
    wording = models.TextField(blank=True)
    evidence = models.JSONField(
        null=True,
        blank=True,
        help_text="What shows it: the mail, the page's language, what it confirms.",
    )
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

    @property
    def wording_version(self) -> str:
        """Tells one wording from another: the beginning of its SHA-256; empty without a wording."""
        return hashlib.sha256(self.wording.encode()).hexdigest()[:12] if self.wording else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A consent statement is never changed; record a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A consent statement is never deleted.")
