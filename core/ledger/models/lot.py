"""What was given at one time, and how much of it is left where."""

from django.db import models

from core.ledger.models.movement import Movement
from core.ledger.models.purse import Purse
from core.stores.owned import StoreOwned


class Lot(StoreOwned):
    """The units of one earning, with their own expiry. Those that expire first are spent first.

    `pending`, `available`, `held` and `expired` are the sums of its entries, kept in the same transaction;
    `taken_back` and `basis_back` those of the movements that reverse its earning.
    """

    purse = models.ForeignKey(Purse, on_delete=models.PROTECT, related_name="lots", db_index=False)
    earned_by = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="lot")
    amount = models.BigIntegerField()
    pending = models.BigIntegerField(default=0)
    available = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    taken_back = models.BigIntegerField(default=0)
    basis_back = models.BigIntegerField(default=0)
    release_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    pending__gte=0,
                    available__gte=0,
                    held__gte=0,
                    expired__gte=0,
                    amount__gte=models.F("pending")
                    + models.F("available")
                    + models.F("held")
                    + models.F("expired"),
                ),
                name="a_lot_holds_no_more_than_was_given",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    taken_back__gte=0, amount__gte=models.F("taken_back"), basis_back__gte=0
                ),
                name="never_more_taken_back_than_given",
            ),
        ]
        indexes = [
            models.Index(
                fields=["purse", "expires_at"],
                name="lots_to_be_spent",
                condition=models.Q(available__gt=0),
            ),
            models.Index(
                fields=["store", "expires_at"],
                name="lots_to_expire",
                condition=models.Q(available__gt=0, expires_at__isnull=False),
            ),
            models.Index(
                fields=["store", "release_at"],
                name="lots_to_release",
                condition=models.Q(pending__gt=0, release_at__isnull=False),
            ),
            models.Index(fields=["purse"], name="lots_of_a_purse"),
        ]

    def __str__(self) -> str:
        return f"Lot of {self.amount} (movement {self.earned_by_id})"
