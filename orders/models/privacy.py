"""Requests of the platforms' privacy topics, kept with their deadline until they are carried out."""

from django.db import models

from core.stores.owned import StoreOwned


class PrivacyRequest(StoreOwned):
    """One request to show or erase data, as a shop platform passed it on."""

    class Kind(models.TextChoices):
        EXPORT_CUSTOMER = "export_customer", "Show a customer's data"
        ERASE_CUSTOMER = "erase_customer", "Erase a customer"
        ERASE_STORE = "erase_store", "Erase the store"

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
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "key"], name="a_privacy_request_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.source})"
