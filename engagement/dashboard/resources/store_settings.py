"""The store's own page: who it is, how it writes, when it may."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminColorInputWidget,
    UnfoldAdminTextareaWidget,
)

from core.clock import real_now
from core.stores.models import Store
from core.stores.models.store import LANGUAGES
from core.stores.scope import store_scope
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.colors import ENOUGH, INK, WHITE, contrast
from engagement.dashboard.current_store import remember
from engagement.dashboard.moved import move_planned
from engagement.dashboard.picture_field import PictureField
from engagement.dashboard.send_hours import BadHours, read_hours, write_hours
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.pictures import keep_picture


class HoursField(forms.CharField):
    """`Store.send_windows`, a line a day."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 7})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else write_hours(value or [])

    def clean(self, value: Any) -> Any:
        try:
            return read_hours(super().clean(value))
        except BadHours as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return write_hours(initial or []) != (data or "").strip()


class LinksField(forms.CharField):
    """`Store.social_links`, a line a place: ``Instagram https://…``."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value
        return "\n".join(f"{name} {address}" for name, address in (value or {}).items())

    def clean(self, value: Any) -> Any:
        links: dict[str, str] = {}
        for line in filter(
            None, (raw.strip() for raw in (super().clean(value) or "").splitlines())
        ):
            name, _, address = line.rpartition(" ")
            if not name or not address.startswith(("https://", "http://")):
                raise forms.ValidationError(f"“{line}”: write a name, a space and an address.")
            links[name.strip()] = address
        return links

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != (data or "").strip()


class StoreForm(forms.ModelForm):
    logo_file = PictureField(
        label="… or upload a logo",
        required=False,
        help_text="JPEG, PNG or WebP; it takes the place of the address above. Transparent parts "
        "become white.",
    )
    thanks_picture_file = PictureField(
        label="… or upload a picture",
        required=False,
        help_text="JPEG, PNG or WebP. Where and with what it was taken is left out.",
    )
    languages = forms.MultipleChoiceField(
        choices=LANGUAGES,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="Languages of our mails",
    )
    send_windows = HoursField(
        label="Marketing may leave at",
        required=False,
        help_text="One line a day, in the customer's time: Monday 08:00-20:00. A day that is not "
        "here sends no marketing. Order news always goes at once.",
    )
    social_links = LinksField(
        label="Social pages",
        required=False,
        help_text="One a line: Instagram https://instagram.com/your-shop",
    )

    class Meta:
        model = Store
        fields = "__all__"  # noqa: DJ007 (the admin's fieldsets name the fields)
        labels = {
            "color_primary": "Main color (buttons)",
            "color_accent": "Accent color (backgrounds)",
            "soft_opt_in": "Count buyers as reachable",
            "track_clicks": "Measure clicks of those who allow it",
            "double_opt_in": "A yes must be confirmed by mail",
            "marketing_cap": "Marketing mails at most",
            "marketing_cap_hours": "… within so many hours",
            "review_delay_days": "Ask for a review after (days from delivery)",
            "transit_days": "Usual days on the way",
            "silent_tracking_days": "Late after (days without carrier news)",
            "thanks_name": "Name",
            "thanks_role": "What they do at the shop",
            "thanks_picture_url": "Picture (its address)",
            "thanks_message": "What they say, in their own words",
            "thanks_rides_on": "Rides on",
            "site_url": "Shop",
            "blog_url": "Blog",
            "faq_url": "Questions and answers",
        }

    def clean_color_primary(self) -> str:
        color = str(self.cleaned_data["color_primary"])
        return _legible(color, on=WHITE, words="White words on this color are")

    def clean_color_accent(self) -> str:
        color = str(self.cleaned_data["color_accent"])
        return _legible(color, on=INK, words="Dark words on this color are")


def _legible(color: str, *, on: str, words: str) -> str:
    ratio = contrast(color, on)
    if ratio < ENOUGH:
        raise forms.ValidationError(
            f"{words} hard to read: contrast {ratio:.1f} to 1, {ENOUGH} to 1 is needed. "
            f"Choose a {'darker' if on == WHITE else 'lighter'} one."
        )
    return color


WHO = ("name", "slug", "currency", "country", "time_zone", "default_language", "languages")
MAIL = ("sender_name", "sender_email", "reply_to", "postal_address")
BRAND = (
    "logo_url",
    "logo_file",
    "color_primary",
    "color_accent",
    "site_url",
    "blog_url",
    "faq_url",
)
REACH = ("social_links", "phone", "contact_email", "contact_url")
THANKS = (
    *("thanks_name", "thanks_role", "thanks_picture_url", "thanks_picture_file"),
    *("thanks_message", "thanks_rides_on"),
)
PICTURES = {"logo_file": "logo_url", "thanks_picture_file": "thanks_picture_url"}
WHEN = ("send_windows", "marketing_cap", "marketing_cap_hours", "soft_opt_in")
CONSENT = ("double_opt_in", "track_clicks")
SAFETY = ("asks_second_factor",)
AFTER = ("review_delay_days", "transit_days", "silent_tracking_days")


@admin.register(Store)
class StoreSettingsAdmin(StoreAdmin):
    area = "settings"
    form = StoreForm
    list_display = ("name", "slug", "currency", "time_zone")
    editable = tuple(
        n
        for n in (*WHO, *MAIL, *BRAND, *REACH, *THANKS, *WHEN, *CONSENT, *AFTER, *SAFETY)
        if n != "slug"
    )
    add_fields = (*WHO, *MAIL, "color_primary", "color_accent", "send_windows")
    fieldsets = (
        ("Who you are", {"fields": WHO}),
        ("Who writes", {"fields": MAIL}),
        ("Brand", {"fields": (*BRAND, *REACH)}),
        (
            "Who says thank you",
            {
                "description": "A person, by name and best with a picture. The mail “Thank you” is a "
                "flow: switch it on there, or let the signature ride on another mail here.",
                "fields": THANKS,
            },
        ),
        ("Marketing", {"fields": (*WHEN, *CONSENT)}),
        ("After the sale", {"fields": AFTER}),
        ("Safety", {"fields": SAFETY}),
    )

    def rows_of_store(self, queryset: QuerySet[Any], store: Any) -> QuerySet[Any]:
        return queryset.filter(pk=store.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """New stores are made by the people who run the installation."""
        return bool(getattr(request.user, "is_superuser", False))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"postal_address", "thanks_message"}:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        if db_field.name.startswith("color_"):
            kwargs["widget"] = UnfoldAdminColorInputWidget
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        for file, address in PICTURES.items():
            if picture := form.cleaned_data.get(file):
                setattr(obj, address, keep_picture(picture=picture))
        super().save_model(request, obj, form, change)
        if change:
            move_planned(request, changed=form.changed_data)
        else:
            remember(request, obj)
            install_flows(store=obj, now=real_now())

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        request.store = obj  # type: ignore[attr-defined]
        with store_scope(obj.pk):
            super().log_addition(request, obj, message)
