"""A segment: a saved description of customers. Who belongs to it is found afresh each time."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned


class Segment(StoreOwned):
    """All that is said here must hold; what is left empty asks nothing. Whether somebody may be
    written to is no matter of segments: every mail asks that for itself."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=120)
    countries = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    orders_at_least = models.PositiveIntegerField(null=True, blank=True)
    orders_at_most = models.PositiveIntegerField(null=True, blank=True)
    ordered_within_days = models.PositiveIntegerField(null=True, blank=True)
    silent_for_days = models.PositiveIntegerField(null=True, blank=True)
    spent_at_least_minor = models.BigIntegerField(null=True, blank=True)
    products = models.ManyToManyField("orders.Product", blank=True, related_name="+")
    categories = models.ManyToManyField("orders.Category", blank=True, related_name="+")
    without_products = models.ManyToManyField("orders.Product", blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="one_segment_per_name")
        ]

    def __str__(self) -> str:
        return self.name
