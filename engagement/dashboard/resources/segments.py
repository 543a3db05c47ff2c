"""Segments: saved descriptions of customers, with how many they are now."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextInputWidget,
)

from core.clock import now as store_now
from core.money import to_decimal, to_minor
from core.stores.models.store import LANGUAGES
from engagement.dashboard.base import StoreAdmin
from engagement.segments.models import Segment
from engagement.segments.queries import COUNTED, count_people


def people_words(count: int) -> str:
    """How many, in words; counting stops somewhere."""
    return f"More than {COUNTED:,}" if count > COUNTED else f"{count:,}"


class SegmentForm(forms.ModelForm):
    countries = forms.CharField(
        label="In these countries",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Two letters each, with commas: CZ, SK. Empty: anywhere.",
    )
    languages = forms.MultipleChoiceField(
        label="Who speak",
        choices=LANGUAGES,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    spent = forms.DecimalField(
        label="Spent at least",
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="In the store's currency, over all orders.",
    )

    class Meta:
        model = Segment
        fields: tuple[str, ...] = ()
        labels = {
            "orders_at_least": "Orders at least",
            "orders_at_most": "Orders at most",
            "ordered_within_days": "Ordered within the last (days)",
            "silent_for_days": "Ordered nothing for (days)",
            "products": "Bought one of",
            "categories": "or anything of",
            "without_products": "and did not buy",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["countries"] = ", ".join(self.instance.countries)
        self.initial["languages"] = self.instance.languages
        if self.instance.spent_at_least_minor:
            self.initial["spent"] = to_decimal(
                minor=self.instance.spent_at_least_minor,
                currency=self.store.currency,  # type: ignore[attr-defined]
            )

    def clean_countries(self) -> list[str]:
        words = [word.strip().upper() for word in str(self.cleaned_data["countries"]).split(",")]
        if any(word and (len(word) != 2 or not word.isalpha()) for word in words):
            raise forms.ValidationError("Write each country with two letters, like CZ.")
        return [word for word in words if word]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if Segment.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is a segment of this name already.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.instance.countries = cleaned.get("countries") or []
        self.instance.languages = cleaned.get("languages") or []
        spent = cleaned.get("spent")
        currency = self.store.currency  # type: ignore[attr-defined]
        self.instance.spent_at_least_minor = (
            to_minor(amount=spent, currency=currency) if spent else None
        )
        return cleaned


@admin.register(Segment)
class SegmentAdmin(StoreAdmin):
    area = "segments"
    form = SegmentForm
    empty_words = "Describe some of your customers once, and choose them for any campaign."
    add_fields = (
        *("name", "countries", "languages", "orders_at_least", "orders_at_most"),
        *("ordered_within_days", "silent_for_days", "spent"),
        *("products", "categories", "without_products"),
    )
    editable = add_fields
    autocomplete_fields = ("products", "categories", "without_products")
    search_fields = ("name",)
    found_by_index = search_fields
    ordering = ("name",)
    list_display = ("name", "people")
    fieldsets = ((None, {"fields": ("people", *add_fields)}),)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.store = request.store  # type: ignore[attr-defined]
        return form

    @display(description="People now")
    def people(self, segment: Segment) -> str:
        return people_words(count_people(segment=segment, now=store_now(segment.store)))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
