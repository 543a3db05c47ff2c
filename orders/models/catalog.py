"""What is sold: categories with their after-sale defaults, products, variants."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreLed, StoreOwned


class Category(StoreOwned):
    """A kind of goods. Empty settings fall back to the store's."""

    name = models.CharField(max_length=200)
    review_delay_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days from delivery to the review request."
    )
    replenish_after_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days from delivery until it usually runs out."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="one_category_per_name")
        ]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Product(StoreLed):
    """A product as the shop lists it. Empty after-sale settings fall back to category, then store."""

    class ReturnRule(models.TextChoices):
        POLICY = "", "Comes back as the return policy says"
        FINAL = "final", "Final sale"
        EXEMPT = "exempt", "Never comes back, nor does a contract on it end by withdrawal"
        LOOK = "look", "We look at each return of it"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    source = models.CharField(max_length=32)
    external_id = models.CharField(max_length=120)
    handle = models.CharField(
        max_length=255, blank=True, help_text="The name in its address; files know it, not the id."
    )
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)
    image_url = models.URLField(max_length=1000, blank=True)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="products"
    )
    review_delay_days = models.PositiveSmallIntegerField(null=True, blank=True)
    replenish_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_reviewable = models.BooleanField(default=True)
    return_rule = models.CharField(
        max_length=8,
        choices=ReturnRule.choices,
        default=ReturnRule.POLICY,
        db_default="",
        blank=True,
    )
    source_updated_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id"], name="one_product_per_source_id"
            )
        ]
        indexes = [
            models.Index(
                fields=["store", "handle"],
                name="products_by_handle",
                condition=~models.Q(handle=""),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Variant(StoreLed):
    """What lies in the basket: a size, a colour, a pack. `pack_size` stretches replenishment."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    source = models.CharField(max_length=32)
    external_id = models.CharField(max_length=120)
    title = models.CharField(max_length=300, blank=True)
    sku = models.CharField(max_length=120, blank=True)
    price_minor = models.BigIntegerField(null=True, blank=True)
    pack_size = models.PositiveIntegerField(default=1)
    image_url = models.URLField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id"], name="one_variant_per_source_id"
            )
        ]
        indexes = [models.Index(fields=["store", "sku"], name="variants_by_sku")]

    def __str__(self) -> str:
        return f"{self.product} {self.title}".strip()
