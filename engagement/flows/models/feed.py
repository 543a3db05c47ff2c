"""A feed of the shop (blog, videos, podcast), and what was seen in it."""

from datetime import date, time, timedelta

from django.core.validators import MaxValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from engagement.flows.models.campaign import Campaign
from engagement.segments.models import Segment

WEEKDAYS = [
    *((0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday")),
    *((4, "Friday"), (5, "Saturday"), (6, "Sunday")),
]


def ten_o_clock() -> time:
    return time(10, 0)


class Feed(StoreOwned):
    """Read every few hours; what is new goes out as a digest, a campaign of its own each time.

    `digested_on` is the last day of its rhythm that has been looked after, with or without news.
    Until `first_read_at` everything found is archive, which is never mailed.
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", "Every week"
        MONTHLY = "monthly", "Every month, the first time that weekday comes"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=120, help_text="For your staff; customers do not see it.")
    url = models.URLField("address of the feed", max_length=500)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(
        choices=WEEKDAYS, default=3, validators=[MaxValueValidator(6)]
    )
    send_at = models.TimeField(default=ten_o_clock)
    segment = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_on = models.BooleanField(default=True)
    digested_on = models.DateField()
    created_at = models.DateTimeField()

    # How reading went. Real time: it is the network's.
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    next_read_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    first_read_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "url"], name="one_feed_per_address")
        ]
        indexes = [
            models.Index(
                fields=["next_read_at"], name="feeds_to_read", condition=models.Q(is_on=True)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def day_until(self, day: date) -> date:
        """The latest day of its rhythm up to `day`, that included."""
        if self.rhythm == self.Rhythm.WEEKLY:
            return day - timedelta(days=(day.weekday() - self.weekday) % 7)
        this = self._first_of(day)
        return this if this <= day else self._first_of(day.replace(day=1) - timedelta(days=1))

    def day_after(self, day: date) -> date:
        """The first day of its rhythm after `day`."""
        later = day + timedelta(days=1)
        while self.day_until(later) <= day:
            later += timedelta(days=1)
        return later

    def _first_of(self, day: date) -> date:
        first = day.replace(day=1)
        return first + timedelta(days=(self.weekday - first.weekday()) % 7)


class FeedEntry(StoreOwned):
    """One entry that was seen. It goes with one digest at most (`campaign`), an archived one with none."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=64, help_text="Its identity in the feed, as a fingerprint.")
    twin = models.CharField(max_length=64, help_text="Its address and title, as a fingerprint.")
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=1000, blank=True)
    kind = models.CharField(max_length=8, default="article")
    summary = models.CharField(max_length=300, blank=True)
    image_url = models.CharField(max_length=1000, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField()
    is_archive = models.BooleanField(default=False)
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "feed entries"
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], name="one_entry_per_identity"),
            models.CheckConstraint(
                condition=models.Q(is_archive=False) | models.Q(campaign__isnull=True),
                name="archived_entries_are_not_mailed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["feed"],
                name="entries_that_wait",
                condition=models.Q(is_archive=False, campaign__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.title
