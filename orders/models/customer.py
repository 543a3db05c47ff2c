"""The customer: one person per store, known by source ids and by e-mail."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreLed, StoreOwned


class Customer(StoreLed):
    """A person who bought, or may buy, in one store. `email` is normalised, or null where unknown."""

    class ZoneSource(models.TextChoices):
        OWN = "own", "Said by the customer"
        REGION = "region", "Country and region"
        COUNTRY = "country", "Country"
        STORE = "store", "The store's"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    email = models.EmailField(null=True, blank=True, max_length=254)  # noqa: DJ001 (null = unknown)
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    language = models.CharField(
        max_length=2,
        blank=True,
        db_default="",
        default="",
        help_text="Chosen by the customer; empty: by what the shop knows of them.",
    )
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    time_zone_source = models.CharField(
        max_length=8, choices=ZoneSource.choices, default=ZoneSource.STORE
    )
    birthday_month = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    birthday_day = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    birthday_year = models.PositiveSmallIntegerField(null=True, blank=True)
    birthday_verified = models.BooleanField(default=False)
    birthday_entered_at = models.DateTimeField(null=True, blank=True)
    account_created_on = models.DateField(null=True, blank=True)
    # Kept by the order operations, so that lists and planners need no scan over orders.
    first_order_at = models.DateTimeField(null=True, blank=True)
    last_order_at = models.DateTimeField(null=True, blank=True)
    order_count = models.PositiveIntegerField(default=0)
    source_updated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "email"],
                condition=models.Q(email__isnull=False, merged_into__isnull=True),
                name="one_customer_per_email",
            ),
            models.CheckConstraint(
                condition=models.Q(birthday_month__isnull=True, birthday_day__isnull=True)
                | models.Q(
                    birthday_month__gte=1,
                    birthday_month__lte=12,
                    birthday_day__gte=1,
                    birthday_day__lte=31,
                ),
                name="birthday_is_whole",
            ),
        ]
        indexes = [
            # Led by the store, so that one shop's calendar does not read through another's people.
            models.Index(
                fields=["store", "birthday_month", "birthday_day"],
                name="birthdays_of_a_store",
                condition=models.Q(
                    birthday_month__isnull=False, merged_into__isnull=True, erased_at__isnull=True
                ),
            ),
            models.Index(
                fields=["store", "account_created_on"],
                name="account_days_of_a_store",
                condition=models.Q(
                    account_created_on__isnull=False,
                    merged_into__isnull=True,
                    erased_at__isnull=True,
                ),
            ),
            models.Index(fields=["store", "-last_order_at"], name="customers_latest_first"),
            # Searched by their beginning, in whatever language the database sorts.
            models.Index(
                fields=["store", "email"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="customers_by_email_start",
            ),
            models.Index(
                fields=["store", "last_name"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="customers_by_name_start",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or f"Customer {str(self.public_id)[:8]}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class CustomerSourceId(StoreLed):
    """How a source (``shopify``, ``woocommerce`` …) calls this customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="source_ids")
    source = models.CharField(max_length=32)
    external_id = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id"], name="one_customer_per_source_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class CustomerAddress(StoreOwned):
    """An address that the customer has used. `lines` is an `AddressSnapshot` as a dict."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    fingerprint = models.CharField(max_length=64)
    lines = models.JSONField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "fingerprint"], name="one_row_per_customer_address"
            )
        ]
        verbose_name_plural = "customer addresses"

    def __str__(self) -> str:
        return ", ".join(str(part) for part in self.lines.values() if part)[:120]
