"""Guides and care tips: where a product's guide is, and three tips for the weeks after."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import page_of
from engagement.dashboard.texts import TextsForm, fields_of, texts_fields
from engagement.guides.models import CareTip, Guide


class AboutGoodsForm(TextsForm):
    needed = ("title",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "product" in self.fields and not self.errors:
            if bool(cleaned.get("product")) == bool(cleaned.get("category")):
                raise forms.ValidationError("Choose a product or a category, one of the two.")
            if taken(self):
                raise forms.ValidationError("There is one for it already. Change that one.")
        return cleaned


def taken(form: forms.ModelForm) -> bool:
    """Whether another row is about the same goods (and the same step)."""
    about = {name: form.cleaned_data.get(name) for name in ("product", "category")}
    rows = type(form.instance).objects.filter(**about).exclude(pk=form.instance.pk)
    if "step" in form.cleaned_data:
        rows = rows.filter(step=form.cleaned_data["step"])
    return bool(rows.exists())


GuideForm: type[forms.ModelForm] = type(
    "GuideForm",
    (AboutGoodsForm,),
    {
        "texts": ("title", "summary"),
        **texts_fields("title", label="Title"),
        **texts_fields("summary", label="What one learns there", rows=2),
    },
)
TipForm: type[forms.ModelForm] = type(
    "TipForm",
    (AboutGoodsForm,),
    {
        "texts": ("title", "text"),
        "needed": ("title", "text"),
        **texts_fields("title", label="Title"),
        **texts_fields("text", label="Tip", rows=4),
    },
)


class AboutGoodsAdmin(StoreAdmin):
    area = "guides"
    autocomplete_fields = ("product", "category")
    ordering = ("-id",)
    list_select_related = ("product", "category")

    @display(description="About")
    def about(self, row: Any) -> str:
        return page_of(row.product or row.category)

    @display(description="Title")
    def named(self, row: Any) -> str:
        return str(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product", "category")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)


@admin.register(Guide)
class GuideAdmin(AboutGoodsAdmin):
    form = GuideForm
    empty_words = (
        "Say where a product's or a category's guide is; the flow “Guide on arrival” leads there."
    )
    list_display = ("named", "about", "url")
    editable = ("url", "image_url", "minutes", *fields_of("title", "summary"))
    add_fields = ("product", "category", *editable)
    fieldsets = ((None, {"fields": ("about", *editable)}),)


@admin.register(CareTip)
class CareTipAdmin(AboutGoodsAdmin):
    form = TipForm
    empty_words = "Up to three tips a product or category; the flow “Care tips” sends them."
    list_display = ("named", "about", "step")
    editable = ("image_url", "url", *fields_of("title", "text"))
    add_fields = ("product", "category", "step", *editable)
    fieldsets = ((None, {"fields": ("about", "step", *editable)}),)
