"""By what rules goods come back: one policy for all of the shop, others for countries, categories, tags."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from orders.models.catalog import Category

OUTCOMES = ("exchange", "credit", "refund")


def no_texts() -> dict[str, str]:
    return {}


class ReturnPolicy(StoreOwned):
    """One set of rules, whole in itself. The most exact that fits a line counts: its order's tag, then
    its product's category, then the country, then the one that names none of them.

    Amounts are minor units of the store's currency; in an order of another currency, flat amounts
    are left out, since we convert nothing. A store without a row goes by the preset *balanced*.
    """

    class Starts(models.TextChoices):
        DELIVERY = "delivery", "the day the goods arrive"
        DISPATCH = "dispatch", "the day the goods are sent"

    class Pays(models.TextChoices):
        SHOP = "shop", "We do"
        FAULT = "fault", "We do where it is our fault, else the customer"
        CUSTOMER = "customer", "The customer"

    class Photo(models.TextChoices):
        NEVER = "never", "never"
        FAULT = "fault", "where something is said to be wrong with it"
        ALWAYS = "always", "always"

    class Approval(models.TextChoices):
        AUTO = "auto", "At once, where the rules allow the return"
        PERSON = "person", "We look at each of them"

    class Preset(models.TextChoices):
        GENEROUS = "generous", "Generous: 30 days, any reason, free"
        BALANCED = "balanced", "Balanced: 30 days, customers pay the way unless it is our fault"
        LEGAL = "legal", "The legal minimum: 14 days, refund only"
        OWN = "own", "Our own"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=120, default="All goods")
    preset = models.CharField(max_length=8, choices=Preset.choices, default=Preset.BALANCED)
    # For what: at most one of the three.
    country = models.CharField(max_length=2, blank=True)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    tag = models.CharField(max_length=60, blank=True)

    window_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(0), MaxValueValidator(3650)]
    )
    starts = models.CharField(max_length=8, choices=Starts.choices, default=Starts.DELIVERY)
    transit_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    is_final_sale = models.BooleanField(default=False)
    is_exempt = models.BooleanField(default=False)

    asks_reason = models.BooleanField(default=True)
    reasons = models.JSONField(default=list, blank=True, help_text="Keys; empty: any reason.")
    photo = models.CharField(max_length=6, choices=Photo.choices, default=Photo.FAULT)

    offers_exchange = models.BooleanField(default=True)
    offers_credit = models.BooleanField(default=True)
    offers_refund = models.BooleanField(default=True)
    exchange_bonus_minor = models.PositiveIntegerField(default=0)
    exchange_bonus_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    credit_bonus_minor = models.PositiveIntegerField(default=0)
    credit_bonus_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    credit_days = models.PositiveSmallIntegerField(null=True, blank=True)

    pays = models.CharField(max_length=8, choices=Pays.choices, default=Pays.FAULT)
    fee_minor = models.PositiveIntegerField(default=0)
    fee_on_refund_only = models.BooleanField(default=True)
    by_label = models.BooleanField(default=True)
    by_drop_off = models.BooleanField(default=False)
    by_own_parcel = models.BooleanField(default=True)
    address = models.TextField(blank=True)
    instructions = models.JSONField(default=no_texts, blank=True, help_text="Per language.")
    send_within_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    refund_within_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(14)]
    )

    pays_on_receipt = models.BooleanField(default=False)

    approval = models.CharField(max_length=6, choices=Approval.choices, default=Approval.AUTO)
    look_above_minor = models.PositiveIntegerField(null=True, blank=True)
    look_after_returns = models.PositiveSmallIntegerField(null=True, blank=True)
    looks_abroad = models.BooleanField(default=False)
    answer_within_days = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )

    class Meta:
        verbose_name_plural = "return policies"
        constraints = [
            models.UniqueConstraint(
                fields=["store"],
                condition=models.Q(country="", category__isnull=True, tag=""),
                name="one_return_policy_for_all",
            ),
            models.UniqueConstraint(
                fields=["store", "country"],
                condition=~models.Q(country=""),
                name="one_return_policy_per_country",
            ),
            models.UniqueConstraint(
                fields=["store", "category"],
                condition=models.Q(category__isnull=False),
                name="one_return_policy_per_category",
            ),
            models.UniqueConstraint(
                fields=["store", "tag"],
                condition=~models.Q(tag=""),
                name="one_return_policy_per_tag",
            ),
            models.CheckConstraint(
                condition=models.Q(country="", tag="")
                | models.Q(country="", category__isnull=True)
                | models.Q(category__isnull=True, tag=""),
                name="a_return_policy_is_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_all(self) -> bool:
        return not (self.country or self.category_id or self.tag)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What is offered, what keeps the sale first. Refund stays where nothing else is left."""
        offered = {
            "exchange": self.offers_exchange,
            "credit": self.offers_credit,
            "refund": self.offers_refund or not (self.offers_exchange or self.offers_credit),
        }
        return tuple(outcome for outcome in OUTCOMES if offered[outcome])

    @property
    def ways(self) -> tuple[str, ...]:
        """How goods may come back; the customer's own parcel where nothing else is set."""
        chosen = [
            way
            for way, offered in (
                ("drop_off", self.by_drop_off),
                ("label", self.by_label),
                ("own_parcel", self.by_own_parcel),
            )
            if offered
        ]
        return tuple(chosen) or ("own_parcel",)


class ReturnReason(StoreOwned):
    """A reason as the shop's customers may choose it. A store without rows has those we ship."""

    key = models.SlugField(max_length=40, help_text="Stays as it is; reports go by it.")
    texts = models.JSONField(default=no_texts, help_text="Per language.")
    is_our_fault = models.BooleanField(default=False)
    is_looked_at = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], name="one_return_reason_per_key")
        ]

    def __str__(self) -> str:
        return str(self.texts.get("en") or next(iter(self.texts.values()), self.key))

    def text(self, language: str) -> str:
        """As people of that language read it; English, else any other, where it was not written."""
        return str(self.texts.get(language) or self)
