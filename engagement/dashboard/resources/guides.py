"""Guides and care tips: a product's guide with its page, and three tips for the weeks after."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from unfold.decorators import display

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import Panel, moment, page_of
from engagement.dashboard.resources.guide_pages import guide_panels, outward
from engagement.dashboard.texts import TextsForm, fields_of, texts_fields
from engagement.guides.links import page_url
from engagement.guides.models import CareTip, Guide
from engagement.guides.operations.publish_guide import (
    NothingToShow,
    publish_guide,
    take_down_guide,
)
from engagement.guides.qr import KINDS, qr_file


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


class PageUrlsForm(AboutGoodsForm):
    """Addresses of a guide are shown to strangers: https only, so that browsers load them."""

    def clean_video_url(self) -> str:
        address = str(self.cleaned_data.get("video_url") or "")
        if address and not address.startswith("https://"):
            raise forms.ValidationError("The address has to begin with https://.")
        return address


GuideForm: type[forms.ModelForm] = type(
    "GuideForm",
    (PageUrlsForm,),
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
        "A guide of a product or a category: write its steps and publish them, or say where yours is. "
        "The flow “Guide on arrival” leads there, and so does a code for box and insert."
    )
    list_display = ("named", "about", "state", "helped")
    editable = ("url", "image_url", "video_url", "minutes", *fields_of("title", "summary"))
    add_fields = ("product", "category", *editable)
    fieldsets = (
        (None, {"fields": ("about", "state", "page", "codes", "helped")}),
        ("What it says", {"fields": editable}),
    )
    actions_detail = ("publish", "take_down")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        word = "versions__answers"
        return (
            super()
            .get_queryset(request)
            .select_related("live")
            .annotate(
                yes=Count(word, filter=Q(versions__answers__helped=True)),
                no=Count(word, filter=Q(versions__answers__helped=False)),
            )
        )

    @display(description="Page")
    def state(self, row: Guide) -> str:
        if row.live is not None:
            return f"Published: {str(row.live).lower()} of {moment(row.live.published_at)}"
        return "Yours, at its address" if row.url else "Not published yet"

    @display(description="Its address")
    def page(self, row: Guide) -> str:
        return outward(page_url(guide=row, store=row.store))

    @display(description="Code for box and insert")
    def codes(self, row: Guide) -> str:
        return format_html_join(
            " · ",
            '<a class="text-link underline" href="{}">{}</a>',
            (
                (reverse("admin:guides_guide_code", args=[row.pk, kind]), kind.upper())
                for kind in KINDS
            ),
        )

    @display(description="Did it help?")
    def helped(self, row: Guide) -> str:
        yes, no = row.yes, row.no  # type: ignore[attr-defined]
        return f"Yes {yes}, no {no}" if yes or no else "Nobody has said yet"

    @deed(
        title="Publish",
        question="Everybody who opens its page sees what is written now. Earlier versions are kept.",
        icon="publish",
    )
    def publish(self, *, request: HttpRequest, row: Guide, now: datetime) -> str:
        try:
            version = publish_guide(guide=row, by=request.user.email, now=now)  # type: ignore[union-attr]
        except NothingToShow as nothing:
            raise Refused("Write a step first: a guide without steps is no page.") from nothing
        return f"{version} is what readers see."

    @deed(
        title="Take down",
        question="Nobody sees its page any more. Printed codes then lead to your own address, where "
        "there is one, else nowhere.",
        when=lambda row: row.live_id is not None,
        icon="visibility_off",
        danger=True,
    )
    def take_down(self, *, request: HttpRequest, row: Guide, now: datetime) -> str:
        take_down_guide(guide=row)
        return "Taken down. Publish it again whenever you like."

    def panels(self, request: HttpRequest, row: Guide) -> Iterable[Panel]:
        return guide_panels(row, may_add=self.has_add_permission(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.code_view)
        return [
            path("<path:object_id>/code.<str:kind>", view, name="guides_guide_code"),
            *super().get_urls(),
        ]

    def code_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """The printable code of the guide's page, as a file."""
        row = self.get_object(request, object_id)
        if row is None or kind not in KINDS:
            raise Http404("No such code in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        content = qr_file(address=page_url(guide=row, store=row.store), kind=kind)
        types = {"svg": "image/svg+xml", "pdf": "application/pdf"}
        answer = HttpResponse(content, content_type=types[kind])
        answer["Content-Disposition"] = f'attachment; filename="guide-{row.pk}.{kind}"'
        return answer


@admin.register(CareTip)
class CareTipAdmin(AboutGoodsAdmin):
    form = TipForm
    empty_words = "Up to three tips a product or category; the flow “Care tips” sends them."
    list_display = ("named", "about", "step")
    editable = ("image_url", "url", *fields_of("title", "text"))
    add_fields = ("product", "category", "step", *editable)
    fieldsets = ((None, {"fields": ("about", "step", *editable)}),)
