"""Parcels on their way, and what carriers say of them."""

from datetime import datetime

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreLed, StoreOwned
from orders.models.order import Order, OrderLine


class Fulfillment(StoreLed):
    """One parcel of an order. `status` is its last known place on the way."""

    class Status(models.TextChoices):
        PREPARING = "preparing", "Being prepared"
        SHIPPED = "shipped", "On its way"
        OUT_FOR_DELIVERY = "out_for_delivery", "Out for delivery"
        READY_FOR_PICKUP = "ready_for_pickup", "Ready for pick-up"
        DELIVERY_FAILED = "delivery_failed", "Delivery attempt failed"
        RETURNING = "returning", "About to go back"
        DELIVERED = "delivered", "Delivered"
        CANCELED = "canceled", "Canceled"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="fulfillments", db_index=False
    )
    external_id = models.CharField(max_length=120)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PREPARING)
    carrier = models.CharField(max_length=120, blank=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    tracking_url = models.URLField(max_length=1000, blank=True)
    pickup_point = models.JSONField(default=dict, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    estimated_at = models.DateTimeField(null=True, blank=True)
    first_estimated_at = models.DateTimeField(
        null=True, blank=True, help_text="The earliest day that was ever named."
    )
    last_event_at = models.DateTimeField(null=True, blank=True)
    # The shop's own word, apart from what carriers say; `status` is derived from both.
    source_status = models.CharField(max_length=20, choices=Status.choices, blank=True)
    source_lines = models.JSONField(default=list, help_text="[[line external id, quantity]]")
    source_version = models.CharField(max_length=80, blank=True)
    source_updated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "external_id"], name="one_fulfillment_per_source_id"
            )
        ]
        indexes = [
            models.Index(fields=["store", "tracking_number"], name="parcels_by_tracking_number")
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.external_id


class FulfillmentLine(StoreOwned):
    """How much of an order line lies in this parcel."""

    fulfillment = models.ForeignKey(Fulfillment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fulfillment", "order_line"], name="one_row_per_line_in_a_parcel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × line {self.order_line_id}"


ESTIMATE = "estimate "  # raw_status of news that names a day: "estimate 2026-03-05T17:00:00+00:00"


class TrackingEvent(StoreLed):
    """One piece of carrier news. Kept for a tracking number even before its parcel is known."""

    fulfillment = models.ForeignKey(
        Fulfillment, null=True, blank=True, on_delete=models.CASCADE, related_name="tracking"
    )
    source = models.CharField(max_length=32)
    tracking_number = models.CharField(max_length=120)
    key = models.CharField(max_length=64, help_text="The carrier's id of it, or a hash of it.")
    kind = models.CharField(
        max_length=24, help_text="A Fulfillment.Status, or in_transit, info, exception, unknown."
    )
    raw_status = models.CharField(max_length=120, blank=True)
    message = models.CharField(max_length=500, blank=True)
    place = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "tracking_number", "key"], name="carrier_news_once"
            )
        ]
        indexes = [
            models.Index(fields=["store", "tracking_number"], name="news_by_tracking_number"),
            models.Index(fields=["fulfillment", "happened_at"], name="news_of_a_parcel"),
        ]
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"

    @property
    def expected_at(self) -> datetime | None:
        """When the parcel is expected, where that is what this news says."""
        if not self.raw_status.startswith(ESTIMATE):
            return None
        return datetime.fromisoformat(self.raw_status.removeprefix(ESTIMATE))
