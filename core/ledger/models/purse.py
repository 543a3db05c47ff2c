"""Whose it is, and in which state: a purse per owner and unit, with an account for each purpose."""

from django.db import models

from core.ledger.models.unit import Unit
from core.stores.owned import StoreOwned


class Purse(StoreOwned):
    """All accounts of one owner in one unit. Its row is what an operation locks.

    The ledger knows no shop: an owner is a kind and an id in words (``customer``, ``812``).
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="purses")
    owner_kind = models.CharField(max_length=24)
    owner_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "owner_kind", "owner_id"], name="one_purse_per_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "owner_kind", "owner_id"], name="purses_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_kind}:{self.owner_id} ({self.unit_id})"


class Account(StoreOwned):
    """What a purse holds for one purpose.

    `balance` is the sum of its entries, kept in the same transaction. Two purposes count below
    zero: *issued*, where everything given comes from, and *debt*, what the owner has to earn first.
    """

    class Purpose(models.TextChoices):
        ISSUED = "issued", "Given by the shop"
        PENDING = "pending", "Given, but not yet to be spent"
        AVAILABLE = "available", "To be spent"
        HELD = "held", "Set aside for something that is under way"
        SPENT = "spent", "Spent"
        EXPIRED = "expired", "Expired"
        DEBT = "debt", "Taken back when it was spent already"

    purse = models.ForeignKey(
        Purse, on_delete=models.PROTECT, related_name="accounts", db_index=False
    )
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purse", "purpose"], name="one_account_per_purpose"),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["issued", "debt"], balance__lte=0)
                | models.Q(
                    purpose__in=["pending", "available", "held", "spent", "expired"],
                    balance__gte=0,
                ),
                name="no_account_is_overdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of purse {self.purse_id}"
