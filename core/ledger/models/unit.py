"""What is counted: a shop's points, or money of one currency in minor units."""

from django.db import models

from core.stores.owned import StoreOwned


class Unit(StoreOwned):
    """One unit of one store. Accounts of different units never meet."""

    code = models.CharField(max_length=24, help_text="Such as credit:CZK, or points.")
    currency = models.CharField(
        max_length=3, blank=True, help_text="ISO 4217: amounts are its minor units. Empty: points."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "code"], name="one_unit_per_code"),
        ]

    def __str__(self) -> str:
        return self.code
