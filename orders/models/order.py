"""The order. Three axes (order, payment, fulfillment) in three columns; amounts in minor units."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreLed, StoreOwned, StoreQuerySet, store_manager
from orders.models.catalog import Product, Variant
from orders.models.customer import Customer


class OrderQuerySet(StoreQuerySet):
    def living(self) -> "OrderQuerySet":
        """Orders that were told to us and still stand."""
        return self.filter(
            status=Order.Status.OPEN, deleted_at__isnull=True, source_updated_at__isnull=False
        )


class Order(StoreLed):
    """One order. `source_updated_at` is the newest news applied; older news changes nothing."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CANCELED = "canceled", "Canceled"

    class Payment(models.TextChoices):
        PENDING = "pending", "Waiting for payment"
        AUTHORIZED = "authorized", "Authorized"
        PARTIALLY_PAID = "partially_paid", "Partly paid"
        PAID = "paid", "Paid"
        PARTIALLY_REFUNDED = "partially_refunded", "Partly refunded"
        REFUNDED = "refunded", "Refunded"
        VOIDED = "voided", "Voided"
        FAILED = "failed", "Failed"

    class FulfillmentState(models.TextChoices):
        UNFULFILLED = "unfulfilled", "Not sent yet"
        PARTIAL = "partial", "Partly sent"
        FULFILLED = "fulfilled", "Sent"
        DELIVERED = "delivered", "Delivered"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    source = models.CharField(max_length=32)
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=64, help_text="As the customer knows it.")
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # leads an index below
    )
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001 (null = unknown)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    payment_status = models.CharField(
        max_length=20, choices=Payment.choices, default=Payment.PENDING
    )
    fulfillment_status = models.CharField(
        max_length=12, choices=FulfillmentState.choices, default=FulfillmentState.UNFULFILLED
    )

    currency = models.CharField(max_length=3)
    subtotal_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    taxes_included = models.BooleanField(default=True)
    presentment_currency = models.CharField(max_length=3, blank=True)
    presentment_total_minor = models.BigIntegerField(null=True, blank=True)
    discounts = models.JSONField(default=list, help_text="[{code, amount_minor}]")
    payment_method = models.CharField(max_length=120, blank=True)
    shipping_method = models.CharField(max_length=200, blank=True)

    shipping_address = models.JSONField(default=dict, blank=True)
    billing_address = models.JSONField(default=dict, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    is_gift = models.BooleanField(default=False)
    recipient_name = models.CharField(max_length=200, blank=True)
    recipient_email = models.EmailField(blank=True)
    is_recurring = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    tags = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    status_url = models.URLField(max_length=1000, blank=True)

    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    promised_at = models.DateTimeField(
        null=True, blank=True, help_text="The delivery date the shop promised."
    )
    delay_check_at = models.DateTimeField(
        null=True, blank=True, help_text="When the delay watch looks at this order next."
    )
    delay_told_at = models.DateTimeField(null=True, blank=True)
    source_updated_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Empty while we only heard of the order (a parcel, a refund) and were not told it.",
    )
    source_version = models.CharField(
        max_length=80, blank=True, help_text="Decides between two states of the same moment."
    )
    content_hash = models.CharField(
        max_length=64, blank=True, help_text="Of what a customer would call a change."
    )
    origin = models.CharField(max_length=6, default="live")
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="Its buyer was erased: late news bring nobody back."
    )
    link_epoch = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Raised to make links to its page worthless."
    )
    created_at = models.DateTimeField()

    objects = store_manager(OrderQuerySet)  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id"], name="one_order_per_source_id"
            )
        ]
        indexes = [
            models.Index(fields=["store", "-placed_at"], name="orders_latest_first"),
            # Searched by their beginning, in whatever language the database sorts.
            models.Index(
                fields=["store", "number"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="orders_by_number_start",
            ),
            models.Index(fields=["customer", "-placed_at"], name="orders_of_a_customer"),
            models.Index(
                fields=["store", "delay_check_at"],
                name="delay_checks_of_a_store",
                condition=models.Q(delay_check_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.external_id

    @property
    def is_standing(self) -> bool:
        """Neither canceled nor deleted."""
        return self.status == self.Status.OPEN and self.deleted_at is None


class OrderLine(StoreOwned):
    """One line as bought. A fractional unit price keeps its text, since minor units cannot hold it."""

    # Always its order's store, which `guard_store` and the importer see to. Nobody asks for lines by
    # it alone, and asking the stores once more for every line is a sixth of what a line costs.
    store = models.ForeignKey(
        "stores.Store",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    # Both keys lead an index of their own below; a second one would only slow the way in.
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    external_id = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(
        Product,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(max_length=300)
    variant_title = models.CharField(max_length=300, blank=True)
    sku = models.CharField(max_length=120, blank=True)
    batch = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="Batch or lot that was sent, where the shop says it; recalls ask for it.",
    )
    image_url = models.URLField(max_length=1000, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    refunded_quantity = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    unit_price_minor = models.BigIntegerField()
    unit_price_text = models.CharField(max_length=64, blank=True)
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    needs_shipping = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="one_line_per_source_id")
        ]
        indexes = [models.Index(fields=["product", "order"], name="lines_of_a_product")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.title}"
