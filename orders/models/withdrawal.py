"""A withdrawal from the contract as it was declared by somebody without an account."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from orders.models.returned import Return


class WithdrawalStatement(StoreOwned):
    """What was declared, word for word, whether or not there is such an order (no enumeration, A4).

    Which order it means is found out after the answer was given. What matches none, or what the law
    does not cover, waits for a person: a declaration is never thrown away.
    """

    class Status(models.TextChoices):
        NEW = "new", "Being looked up"
        MATCHED = "matched", "Found, and receipt sent"
        OPEN = "open", "Needs a person"
        SETTLED = "settled", "Settled by a person"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    once = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    order_number = models.CharField(max_length=64)
    email = models.CharField(max_length=254)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NEW)
    problem = models.CharField(max_length=200, blank=True)
    asked = models.ForeignKey(
        Return, null=True, blank=True, on_delete=models.SET_NULL, related_name="statements"
    )
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "once"], name="a_withdrawal_is_stated_once")
        ]
        indexes = [models.Index(fields=["store", "-stated_at"], name="withdrawals_latest_first")]

    def __str__(self) -> str:
        return f"{self.name}, order {self.order_number}"
