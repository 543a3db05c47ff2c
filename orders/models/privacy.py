"""Demands to see or to erase data, with their deadline; and what is remembered of whom was erased."""

from django.db import models

from core.stores.owned import StoreOwned


class PrivacyRequest(StoreOwned):
    """One demand: from the customer's page, from a shop platform, or by a command.

    It is carried out at `starts_at` (at once where that is empty) unless it was called off before.
    """

    class Kind(models.TextChoices):
        EXPORT_CUSTOMER = "export_customer", "Show a customer's data"
        ERASE_CUSTOMER = "erase_customer", "Erase a customer"
        ERASE_STORE = "erase_store", "Erase the store"

    PORTAL = "portal"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.CharField(max_length=32)
    key = models.CharField(max_length=190)
    customer = models.ForeignKey(
        "orders.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    subject_hash = models.CharField(
        max_length=64, blank=True, help_text="Keyed hash of the e-mail asked about."
    )
    detail = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    is_told = models.BooleanField(
        default=False, db_default=False, help_text="The customer gets a mail about it."
    )
    file = models.FileField(upload_to="exports/%Y/%m/", blank=True, default="", db_default="")
    file_until = models.DateTimeField(null=True, blank=True)
    receipt_sealed = models.TextField(
        blank=True, default="", db_default="", help_text="Where the last mail goes; then emptied."
    )
    outcome = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "key"], name="a_privacy_request_is_kept_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.source})"

    @property
    def is_open(self) -> bool:
        """Neither carried out nor called off."""
        return self.done_at is None and self.called_off_at is None


class Tombstone(StoreOwned):
    """Somebody who was erased, as a keyed hash of an address or of a shop's number for them.

    Late news that would bring them back is told apart by it; who they were cannot be read from it.
    """

    key_hash = models.CharField(max_length=64)
    erased_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "key_hash"], name="one_tombstone_per_key")
        ]

    def __str__(self) -> str:
        return f"Erased on {self.erased_at:%Y-%m-%d}"
