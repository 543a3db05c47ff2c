"""Vouchers: a code worth something, for whom, why, and the orders that used it."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned, StoreQuerySet, store_manager
from orders.models.catalog import Product
from orders.models.customer import Customer
from orders.models.order import Order


class VoucherQuerySet(StoreQuerySet):
    def with_uses(self) -> "VoucherQuerySet":
        """Each with `uses`: by how many standing orders it was used."""
        return self.annotate(uses=models.Count("redemptions"))


class Voucher(StoreOwned):
    """One code. It counts from `live_at` on: until its mail is on the way, it is only set aside."""

    class Kind(models.TextChoices):
        VALUE = "value", "Amount off"
        PERCENT = "percent", "Percent off"
        FREE_DELIVERY = "free_delivery", "Free delivery"
        GIFT = "gift", "A gift with the order"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    code = models.CharField(max_length=32, help_text="As it is printed and typed.")
    code_key = models.CharField(
        max_length=32, editable=False, help_text="The code in capitals, without dashes."
    )
    kind = models.CharField(max_length=13, choices=Kind.choices)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    gift = models.CharField(max_length=200, blank=True)
    minimum_minor = models.BigIntegerField(default=0, help_text="The least that has to be bought.")
    products = models.ManyToManyField(
        Product, blank=True, related_name="+", help_text="Only for these; for anything if empty."
    )
    uses_allowed = models.PositiveIntegerField(
        null=True, blank=True, default=1, help_text="Empty: as often as one likes."
    )
    expires_at = models.DateTimeField(null=True, blank=True)

    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="vouchers"
    )
    occasion = models.CharField(
        max_length=240, blank=True, help_text="What it was given for; one voucher each a person."
    )
    reason = models.CharField(max_length=200)
    issued_by = models.CharField(max_length=160)
    issued_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = store_manager(VoucherQuerySet)  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "code_key"], name="one_voucher_per_code"),
            models.UniqueConstraint(
                fields=["store", "customer", "occasion"],
                condition=models.Q(customer__isnull=False) & ~models.Q(occasion=""),
                name="one_voucher_per_occasion",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind="value",
                    amount_minor__isnull=False,
                    amount_minor__gt=0,
                    percent__isnull=True,
                    currency__gt="",
                )
                | models.Q(
                    kind="percent",
                    percent__isnull=False,
                    percent__gte=1,
                    percent__lte=100,
                    amount_minor__isnull=True,
                )
                | models.Q(kind="free_delivery", amount_minor__isnull=True, percent__isnull=True)
                | models.Q(
                    ~models.Q(gift=""),
                    kind="gift",
                    amount_minor__isnull=True,
                    percent__isnull=True,
                ),
                name="a_voucher_is_worth_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_minor__gte=0), name="a_minimum_is_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-issued_at"], name="vouchers_latest_first"),
            models.Index(
                fields=["issued_at"],
                name="vouchers_set_aside",
                condition=models.Q(live_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def state(self, *, uses: int, now: datetime) -> str:
        """In one word, for people: what a shop assistant has to know of the code."""
        if self.revoked_at is not None:
            return "Revoked"
        if self.live_at is None:
            return "Not sent yet"
        if self.uses_allowed is not None and uses >= self.uses_allowed:
            return "Used"
        if self.expires_at is not None and self.expires_at <= now:
            return "Expired"
        return "Valid"


class Redemption(StoreOwned):
    """An order that stands used a voucher. The row goes when the order is canceled or deleted."""

    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, related_name="redemptions", db_index=False
    )
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="redemptions")
    amount_minor = models.BigIntegerField(help_text="What it took off, as the shop says.")
    redeemed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "order"], name="one_redemption_per_order")
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id} in order {self.order_id}"
