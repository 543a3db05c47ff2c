"""Money given back, and corrections that name no order."""

from django.db import models

from core.stores.owned import StoreLed, StoreOwned
from orders.models.customer import Customer
from orders.models.order import Order


class Refund(StoreOwned):
    """One refund of an order. Amounts are positive, in minor units of the order's currency."""

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="refunds", db_index=False
    )
    external_id = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=300, blank=True)
    lines = models.JSONField(default=list, help_text="[{line_external_id, quantity, amount_minor}]")
    happened_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "external_id"], name="one_refund_per_source_id"
            )
        ]

    def __str__(self) -> str:
        return f"Refund {self.external_id}"


class Adjustment(StoreLed):
    """A correction line of a file that could not be tied to an order; counted, never guessed."""

    source = models.CharField(max_length=32)
    external_id = models.CharField(max_length=190)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    sku = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=40, default="unmatched")
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id"], name="one_adjustment_per_source_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.external_id}"
