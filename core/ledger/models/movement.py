"""What moved. Rows are written once; the database refuses to change or delete them."""

from typing import Any

from django.db import models

from core.ids import new_public_id
from core.ledger.models.purse import Account, Purse
from core.ledger.models.unit import Unit
from core.stores.owned import StoreOwned, StoreQuerySet, store_manager


class AppendOnly(StoreQuerySet):
    """Rows can be added and read, nothing else."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("The ledger is never changed: correct it by another movement.")

    def delete(self) -> Any:
        raise TypeError("The ledger is never changed: correct it by another movement.")


class Movement(StoreOwned):
    """One deed on a purse, whole or not at all. Its entries say from where to where.

    `key` makes it the only one of its name in the store, for ever; `digest` tells a repeat from
    another wish under the same key. `basis` is what `amount` was given for, in the giver's own
    measure (minor units of an order): amount / basis is the rate that a reversal goes by.
    """

    class Kind(models.TextChoices):
        EARN = "earn", "Given"
        RELEASE = "release", "Released"
        SPEND = "spend", "Spent"
        HOLD = "hold", "Set aside"
        CAPTURE = "capture", "Spent from what was set aside"
        VOID = "void", "No longer set aside"
        EXPIRE = "expire", "Expired"
        TAKE_BACK = "take_back", "Taken back"
        GIVE_BACK = "give_back", "Given back"
        CARRY = "carry", "Carried over from another person"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    purse = models.ForeignKey(
        Purse, on_delete=models.PROTECT, related_name="movements", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    key = models.CharField(max_length=240)
    digest = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    basis = models.BigIntegerField(null=True, blank=True)
    reverses = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversals"
    )
    settles = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="settled_by"
    )
    subject = models.CharField(max_length=64, blank=True, help_text="Such as order:812.")
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=160, blank=True)
    happened_at = models.DateTimeField()

    objects = store_manager(AppendOnly)  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], name="one_movement_per_key"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0), name="a_movement_has_an_amount"
            ),
            models.CheckConstraint(
                condition=models.Q(basis__isnull=True) | models.Q(basis__gt=0),
                name="a_basis_is_more_than_nothing",
            ),
        ]
        indexes = [models.Index(fields=["purse", "-id"], name="movements_latest_first")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} ({self.key})"


class Entry(StoreOwned):
    """`amount` goes from one account to another of the same unit, so every row is balanced in itself.

    `lot` says which units went, where they belong to one. No index on what only the recount reads.
    """

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="entries")
    from_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lot = models.ForeignKey(
        "ledger.Lot",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    amount = models.BigIntegerField()

    objects = store_manager(AppendOnly)  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="an_entry_moves_something"
            ),
            models.CheckConstraint(
                condition=~models.Q(from_account=models.F("to_account")),
                name="an_entry_goes_somewhere",
            ),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.amount} from {self.from_account_id} to {self.to_account_id}"
