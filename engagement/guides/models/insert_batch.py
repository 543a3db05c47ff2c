"""Many inserts at once: printed in parts by a chore, so that a long batch needs no long request."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned

MOST_ORDERS = 2000


class InsertBatch(StoreOwned):
    """Which orders, how many are done. `lease_until` (machine time) is held by who prints a part."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    order_ids = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=160)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total")), name="no_more_inserts_than_orders"
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="insert_batches_to_print",
                condition=models.Q(finished_at__isnull=True),
            )
        ]
        verbose_name_plural = "insert batches"

    def __str__(self) -> str:
        return f"{self.done} of {self.total} inserts"


class InsertPart(StoreOwned):
    """One file of a batch. `number` makes it the only one of its orders."""

    batch = models.ForeignKey(InsertBatch, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    orders = models.PositiveIntegerField()
    file = models.FileField(upload_to="inserts/%Y/%m/")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_file_per_part_of_inserts")
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Part {self.number}"
