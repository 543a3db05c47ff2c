"""The shop: who it is, how it speaks, when it may write, and what its after-sale defaults are."""

import secrets
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from core.ids import new_public_id

LANGUAGES = [
    ("en", "English"),
    ("cs", "Čeština"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("fi", "Suomi"),
]


def new_salt() -> str:
    return secrets.token_hex(16)


def english_only() -> list[str]:
    return ["en"]


def day_hours() -> list[list[Any]]:
    """Marketing goes out between 8:00 and 20:00 on every day: [weekday 0–6, from, to] in local time."""
    return [[day, "08:00", "20:00"] for day in range(7)]


def known_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(f"“{value}” is no time zone; write it like Europe/Prague.")


color = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write the colour as six digits, like #7a3e9d.")


class Store(models.Model):
    """A shop (tenant). Its slug stands in portal addresses and never changes."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    currency = models.CharField(max_length=3, default="EUR")
    country = models.CharField(max_length=2, blank=True, help_text="Two letters, like CZ.")
    time_zone = models.CharField(max_length=64, default="Europe/Prague", validators=[known_zone])
    default_language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    languages = models.JSONField(default=english_only)
    created_at = models.DateTimeField(auto_now_add=True)

    # Who writes
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = models.EmailField(blank=True)
    reply_to = models.EmailField(blank=True)
    postal_address = models.TextField(
        blank=True, help_text="Stands at the foot of every mail; the law asks for it."
    )

    # Brand and ways to reach us
    logo_url = models.URLField(blank=True)
    color_primary = models.CharField(max_length=7, default="#1f5d4c", validators=[color])
    color_accent = models.CharField(max_length=7, default="#f2e9dc", validators=[color])
    site_url = models.URLField(blank=True)
    blog_url = models.URLField(blank=True)
    faq_url = models.URLField(blank=True)
    social_links = models.JSONField(
        default=dict, blank=True, help_text='Name to address, like {"Instagram": "https://…"}.'
    )
    phone = models.CharField(max_length=40, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_url = models.URLField(blank=True, db_default="", default="")

    # Who of the shop signs a thank-you
    thanks_name = models.CharField(max_length=120, blank=True, db_default="", default="")
    thanks_role = models.CharField(max_length=120, blank=True, db_default="", default="")
    thanks_picture_url = models.URLField(max_length=1000, blank=True, db_default="", default="")
    thanks_message = models.TextField(blank=True, db_default="", default="")
    thanks_rides_on = models.CharField(
        max_length=48,
        choices=[
            ("", "Nothing: it goes alone, or not at all"),
            ("order_confirmation", "The order confirmation"),
            ("order_shipped", "The dispatch mail"),
            ("documents_ready", "The mail with invoice and papers"),
        ],
        blank=True,
        db_default="",
        default="",
        help_text="The signature is then a part of that mail.",
    )

    # When marketing may be sent, and how often
    send_windows = models.JSONField(default=day_hours)
    marketing_cap = models.PositiveSmallIntegerField(
        default=1, help_text="Marketing mails one customer may get within the hours below."
    )
    marketing_cap_hours = models.PositiveSmallIntegerField(default=24)
    soft_opt_in = models.BooleanField(
        default=False,
        help_text="Treat customers who bought and did not object as reachable for own similar "
        "goods, where the law allows it: in the EU and Britain, if your checkout told them so and "
        "let them object (newsletters need a yes all the same); in Canada for two years after a "
        "purchase; in the US. Not in Poland, and not where we do not know the law.",
    )

    double_opt_in = models.CharField(
        max_length=8,
        choices=[
            ("by_law", "Where the courts ask for it (Germany, Austria, Switzerland)"),
            ("always", "Everywhere"),
            ("never", "Nowhere"),
        ],
        default="by_law",
        db_default="by_law",
        help_text="Whoever agrees gets one mail with a button, and counts once it was pressed: proof "
        "that the mailbox is theirs. Customers who agreed before are left as they are.",
    )

    track_clicks = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Your customers' preference page then offers a box for it; the links of those who "
        "tick it, and of nobody else, pass by us. Opening of mails is never measured.",
    )

    # After-sale defaults
    review_delay_days = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    transit_days = models.PositiveSmallIntegerField(
        default=4, help_text="Estimated days from dispatch to delivery where no carrier says."
    )
    silent_tracking_days = models.PositiveSmallIntegerField(
        default=4, help_text="After so many days without carrier news a parcel counts as late."
    )
    returns_summary = models.JSONField(
        default=dict, blank=True, help_text="The returns policy in two lines, per language."
    )

    asks_second_factor = models.BooleanField(
        "members need a second factor",
        default=False,
        db_default=False,
        help_text="Beside the password, six digits from an app on their telephone.",
    )

    # Machinery
    mail_copy_stamp = models.CharField(
        max_length=32,
        default="",
        db_default="",
        blank=True,
        editable=False,
        help_text="Another one with every change of the shop's own mail texts; empty: never any.",
    )
    flow_salt = models.CharField(max_length=32, default=new_salt, editable=False)
    sending_held = models.BooleanField(default=False, help_text="Nothing leaves while this is on.")
    sending_held_reason = models.CharField(max_length=200, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    clock_offset = models.DurationField(default=timedelta, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(clock_offset=timedelta()) | models.Q(is_demo=True),
                name="only_demo_stores_move_their_clock",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def from_name(self) -> str:
        return self.sender_name or self.name

    def clean(self) -> None:
        super().clean()
        if self.default_language not in self.languages:
            raise ValidationError({"languages": "The default language must be one of them."})
        if self.pk and type(self).objects.filter(pk=self.pk).exclude(slug=self.slug).exists():
            raise ValidationError(
                {"slug": "The slug stands in customers' links and cannot change."}
            )
