"""How somebody wants their marketing mail: not now, or less of it. What of it they want is `Consent`."""

from django.db import models

from core.stores.owned import StoreOwned


class Wishes(StoreOwned):
    """The wishes of one customer, as they stand on their preference page."""

    customer = models.OneToOneField(
        "orders.Customer", on_delete=models.CASCADE, related_name="mail_wishes"
    )
    paused_until = models.DateTimeField(null=True, blank=True)
    wants_fewer = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return f"Wishes of customer {self.customer_id}"
