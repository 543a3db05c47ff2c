"""A campaign: one mail to many, once each, at a time of each one's own day."""

from datetime import date, datetime, timedelta

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from engagement.flows.holidays import HOLIDAYS
from engagement.segments.models import Segment
from orders.models import Product

WHOLE_WORLD = timedelta(hours=14)
"""So much earlier than in UTC a day begins somewhere."""


class Campaign(StoreOwned):
    """`kind` names the flow and the mail. Its mails are messages of that flow, one per customer.

    `content` is what the mail tells beside its texts, by the kind; texts in it are by language.
    `planned_to` is the last customer who has a message: planning goes on behind them.
    """

    class Kind(models.TextChoices):
        NEWSLETTER = "newsletter", "Newsletter"
        PRODUCT_UPDATE = "product_update", "News of a product they have"
        HOLIDAY_GREETING = "holiday_greeting", "Holiday greeting"
        FEED_DIGEST = "feed_digest", "What is new on our blog"
        SAFETY_NOTICE = "safety_notice", "Safety notice or recall"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PLANNING = "planning", "Being planned"
        PLANNED = "planned", "Planned"
        CANCELED = "canceled", "Canceled"
        DONE = "done", "Done"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=120, help_text="For your staff; customers do not see it.")
    segment = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    bought_from = models.DateField(null=True, blank=True)
    bought_until = models.DateField(null=True, blank=True)
    content = models.JSONField(default=dict, blank=True)
    send_on = models.DateField(null=True, blank=True)
    send_at = models.TimeField(null=True, blank=True)
    per_hour = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    paused_at = models.DateTimeField(null=True, blank=True)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    planned = models.PositiveIntegerField(default=0)
    planned_to = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["status"],
                name="campaigns_to_work_on",
                condition=models.Q(status__in=["planning", "planned", "canceled"]),
            ),
            models.Index(fields=["store", "-created_at"], name="campaigns_latest_first"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def occurrence(self) -> str:
        """What tells its messages from those of another campaign."""
        return self.public_id.hex

    @property
    def batches(self) -> list[str]:
        """Of a safety notice: the only batches that it is about; empty for all of them."""
        return list(self.content.get("notice", {}).get("batches", ()))

    @property
    def season(self) -> int | None:
        """Of a greeting that follows the calendar of each country: which season is meant."""
        season = self.content.get("occasion", {}).get("season")
        return int(season) if season is not None else None

    def day_in(self, country: str) -> date | None:
        """The day of such a greeting in a country; None where nobody keeps it."""
        occasion = self.content["occasion"]
        day = HOLIDAYS[occasion["kind"]].day(country=country, year=int(occasion["season"]))
        before = timedelta(days=int(occasion.get("days_before") or 0))
        return day - before if day is not None else None

    def may_be_planned(self, now: datetime) -> bool:
        """From one day before its day begins anywhere; earlier, who belongs to it may still change."""
        if self.send_on is None:
            return True
        day = datetime.combine(self.send_on, datetime.min.time(), tzinfo=now.tzinfo)
        return now >= day - WHOLE_WORLD - timedelta(days=1)
