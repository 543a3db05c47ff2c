"""A guide's own page: its steps and files as they are being written, what was published, what readers say."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from engagement.guides.models.guide import Guide

MOST_STEPS = 40


class GuideStep(StoreOwned):
    """One step as it is being written. Readers see it once the guide is published."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_STEPS)]
    )
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict, blank=True)
    image_url = models.URLField(max_length=1000, blank=True)
    shows = models.JSONField(
        default=dict, blank=True, help_text="What the picture shows, for who cannot see it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guide", "position"], name="one_step_per_place_in_a_guide"
            ),
            models.CheckConstraint(
                condition=models.Q(position__gte=1, position__lte=MOST_STEPS),
                name="a_step_has_its_place",
            ),
        ]
        ordering = ["guide", "position"]

    def __str__(self) -> str:
        return next((text for text in self.title.values() if text), "Without a title")


class GuideFile(StoreOwned):
    """A file of a guide: a manual, a drawing. By address, or kept here."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="files")
    title = models.JSONField(default=dict)
    url = models.URLField(max_length=1000, blank=True)
    file = models.FileField(upload_to="guides/%Y/%m/", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(~models.Q(url=""), file="")
                | models.Q(models.Q(url=""), ~models.Q(file="")),
                name="a_guide_file_is_in_one_place",
            )
        ]
        ordering = ["guide", "id"]

    def __str__(self) -> str:
        return next((text for text in self.title.values() if text), "Without a title")


class GuideVersion(StoreOwned):
    """What was published, as it was. Never changed; the newest is found through `Guide.live`."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guide", "number"], name="one_guide_version_per_number")
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class GuideAnswer(StoreOwned):
    """One reader's word whether a version helped, and what was missing. Nameless unless logged in."""

    version = models.ForeignKey(GuideVersion, on_delete=models.CASCADE, related_name="answers")
    customer = models.ForeignKey(
        "orders.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    helped = models.BooleanField()
    missing = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=2)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["version", "helped"], name="guide_answers_counted"),
            models.Index(fields=["store", "-said_at"], name="guide_answers_latest_first"),
        ]

    def __str__(self) -> str:
        return "It helped" if self.helped else "It did not help"
