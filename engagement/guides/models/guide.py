"""How to use what was bought: where its guide is, and tips for the weeks after."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned

STEPS = 3


class AboutGoods(StoreOwned):
    """Of one product, or of a whole category. A product's own goes before its category's.

    Texts are kept by language: ``{"en": …, "cs": …}``.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    product = models.ForeignKey(
        "orders.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    category = models.ForeignKey(
        "orders.Category", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    title = models.JSONField(default=dict)
    image_url = models.URLField(max_length=1000, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return next((text for text in self.title.values() if text), "Without a title")


class Guide(AboutGoods):
    """What a guide is about, and what mails say of it. `minutes` is how long reading it takes.

    Its page shows `live`, the version published last; before there is one, `url` says where the shop
    keeps a guide of its own.
    """

    summary = models.JSONField(default=dict, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    video_url = models.URLField(max_length=1000, blank=True, default="", db_default="")
    live = models.ForeignKey(
        "guides.GuideVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(product__isnull=False, category__isnull=True)
                | models.Q(product__isnull=True, category__isnull=False),
                name="a_guide_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["product"],
                condition=models.Q(product__isnull=False),
                name="one_guide_per_product",
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=models.Q(category__isnull=False),
                name="one_guide_per_category",
            ),
        ]


class CareTip(AboutGoods):
    """One tip of a series of three."""

    step = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(STEPS)]
    )
    text = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(product__isnull=False, category__isnull=True)
                | models.Q(product__isnull=True, category__isnull=False),
                name="a_tip_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(step__gte=1, step__lte=STEPS), name="a_tip_is_one_of_three"
            ),
            models.UniqueConstraint(
                fields=["product", "step"],
                condition=models.Q(product__isnull=False),
                name="one_tip_per_product_and_step",
            ),
            models.UniqueConstraint(
                fields=["category", "step"],
                condition=models.Q(category__isnull=False),
                name="one_tip_per_category_and_step",
            ),
        ]
