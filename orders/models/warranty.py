"""Guarantees: what the shop promises for its goods, what a piece that was bought has, who mends it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from orders.models.catalog import Category, Product
from orders.models.customer import Customer
from orders.models.order import OrderLine

LONGEST_MONTHS = 360
ONE_OR_NONE = models.Q(product__isnull=True) | models.Q(category__isnull=True)
FOR_ALL = models.Q(product__isnull=True, category__isnull=True)


class WarrantyTerms(StoreOwned):
    """What the shop promises beyond the law: of a product, else its category, else for everything."""

    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    months = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(LONGEST_MONTHS)],
        help_text="The shop's own guarantee from delivery; 0 where the law is all there is.",
    )
    covers = models.JSONField(default=dict, blank=True, help_text="What it covers, by language.")
    offer_months = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(LONGEST_MONTHS)],
        help_text="Months that can be bought on top; 0 for no offer.",
    )
    offer_url = models.URLField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_OR_NONE, name="terms_are_about_one_thing"),
            models.UniqueConstraint(
                fields=["product"],
                condition=models.Q(product__isnull=False),
                name="one_set_of_terms_per_product",
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=models.Q(category__isnull=False),
                name="one_set_of_terms_per_category",
            ),
            models.UniqueConstraint(
                fields=["store"], condition=FOR_ALL, name="one_set_of_terms_for_the_rest"
            ),
        ]
        verbose_name_plural = "warranty terms"

    def __str__(self) -> str:
        return f"Terms of {self.product or self.category or 'everything else'}"


class Guarantee(StoreOwned):
    """The guarantee of one piece. Its dates are local days of the store; the last one counts.

    What was promised when it was delivered stays promised: later terms change nothing. A guarantee of
    a thing bought elsewhere is worth nothing until somebody has looked at it (`checked_at`).
    """

    class Source(models.TextChoices):
        ORDER = "order", "Bought here"
        REGISTERED = "registered", "Registered by its owner"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    order_line = models.ForeignKey(
        OrderLine, null=True, blank=True, on_delete=models.CASCADE, related_name="guarantees"
    )
    piece = models.PositiveSmallIntegerField(default=1, help_text="Which piece of its line.")
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    email = models.EmailField(blank=True, help_text="Of who registered it; nobody has proved it.")
    title = models.CharField(max_length=300)
    serial = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.ORDER)
    country = models.CharField(max_length=2, blank=True)
    starts_on = models.DateField()
    law_until = models.DateField(null=True, blank=True, help_text="What the law gives, at least.")
    until = models.DateField(null=True, blank=True, help_text="The last day of all promises.")
    extended_times = models.PositiveSmallIntegerField(default=0)
    bought_on = models.DateField(help_text="Which day's law it goes by.")
    checked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Given back or canceled.")
    told_end_for = models.DateField(null=True, blank=True, help_text="The end last reminded of.")
    link_epoch = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_line", "piece"],
                condition=models.Q(order_line__isnull=False),
                name="one_guarantee_per_piece",
            ),
            models.UniqueConstraint(
                fields=["store", "product", "serial"],
                condition=~models.Q(serial="") & models.Q(product__isnull=False),
                name="one_guarantee_per_serial",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("starts_on")),
                name="a_guarantee_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "until"],
                name="guarantees_that_end",
                condition=models.Q(ended_at__isnull=True, until__isnull=False),
            ),
            models.Index(fields=["store", "-created_at"], name="guarantees_latest_first"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def counts(self) -> bool:
        """Whether it stands: not given back, and looked at where nobody could know."""
        return self.ended_at is None and self.checked_at is not None


class WarrantyParty(StoreOwned):
    """Who mends or decides outside the shop: a manufacturer, a service, maintenance."""

    class Kind(models.TextChoices):
        MANUFACTURER = "manufacturer", "Manufacturer"
        SERVICE = "service", "Service"
        MAINTENANCE = "maintenance", "Maintenance"

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    email = models.EmailField()
    language = models.CharField(max_length=2, default="en")
    answer_days = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    needs_address = models.BooleanField(
        default=False, help_text="It fetches the goods, or comes: it is shown name and address."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="one_party_per_name")]
        verbose_name_plural = "warranty parties"

    def __str__(self) -> str:
        return self.name


class ClaimRule(StoreOwned):
    """To whom a claim goes. The first rule that fits decides; where none fits, the shop keeps it."""

    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    country = models.CharField(max_length=2, blank=True, help_text="CZ; empty for any.")
    from_month = models.PositiveSmallIntegerField(
        default=0, help_text="Months since delivery that have to have passed."
    )
    before_month = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="… and that must not have."
    )
    party = models.ForeignKey(
        WarrantyParty,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: the shop itself.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "position"], name="one_claim_rule_per_place")
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"Rule {self.position}"
