"""Papers that belong to an order: invoice, manual, warranty terms."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from orders.models.order import Order


class OrderDocument(StoreOwned):
    """One document, by address or as a private file."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        MANUAL = "manual", "Manual"
        WARRANTY = "warranty", "Warranty terms"
        OTHER = "other", "Other"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=1000, blank=True)
    file = models.FileField(upload_to="documents/%Y/%m/", blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(url="", file=""), name="a_document_is_somewhere"
            ),
            models.UniqueConstraint(
                fields=["order", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_document_per_source_id",
            ),
        ]

    def __str__(self) -> str:
        return self.title
