"""What stands on guides' pages: steps, files, and what readers say of them."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import display

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from engagement.dashboard.resources.documents import DocumentForm
from engagement.dashboard.texts import TextsForm, fields_of, texts_fields
from engagement.guides.models import Guide, GuideAnswer, GuideFile, GuideStep


def outward(address: str) -> str:
    """A link out of the dashboard."""
    return format_html(
        '<a class="text-link underline" href="{}" rel="noopener noreferrer">{}</a>',
        address,
        address,
    )


def guide_panels(guide: Guide, *, may_add: bool) -> Iterable[Panel]:
    """Steps, files, versions and answers of one guide."""
    asked = f"?guide={guide.pk}"
    yield Panel(
        title="Steps",
        heads=("Number", "Title", "Picture"),
        rows=[
            (step.position, page_of(step), "Yes" if step.image_url else "–")
            for step in guide.steps.order_by("position")
        ],
        empty="No step yet. Readers see steps once you publish them.",
        link=reverse("admin:guides_guidestep_add") + asked if may_add else "",
        link_words="Write a step",
    )
    yield Panel(
        title="Files",
        heads=("Title", "Where"),
        rows=[(page_of(file), file.url or "Kept here") for file in guide.files.order_by("pk")],
        empty="None.",
        link=reverse("admin:guides_guidefile_add") + asked if may_add else "",
        link_words="Add a file",
    )
    yield Panel(
        title="Published",
        heads=("Version", "When", "By", "Steps"),
        rows=[
            (
                f"{version}{' (shown now)' if version.pk == guide.live_id else ''}",
                moment(version.published_at),
                version.published_by,
                len(version.content.get("steps", ())),
            )
            for version in guide.versions.order_by("-number")[:AT_MOST]
        ],
        empty="Not yet.",
    )
    yield Panel(
        title="What was missing",
        heads=("When", "Version", "In the reader's words"),
        rows=[
            (page_of(answer, moment(answer.said_at)), str(answer.version), answer.missing or "–")
            for answer in GuideAnswer.objects.filter(version__guide=guide, helped=False)
            .select_related("version")
            .order_by("-said_at")[:AT_MOST]
        ],
        empty="Nobody missed anything.",
    )


class PartAdmin(StoreAdmin):
    """A step or a file of one guide."""

    area = "guides"
    ordering = ("-guide", "id")
    list_select_related = ("guide",)

    @display(description="Guide")
    def of_guide(self, row: Any) -> str:
        return page_of(row.guide)

    @display(description="Title")
    def named(self, row: Any) -> str:
        return str(row)


class StepForm(TextsForm):
    texts = ("title", "text", "shows")
    needed = ("title",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        guide = cleaned.get("guide") or self.instance.guide_id
        others = GuideStep.objects.filter(guide=guide, position=cleaned.get("position") or 0)
        if guide and others.exclude(pk=self.instance.pk).exists():
            self.add_error("position", "There is a step with this number already.")
        return cleaned


GuideStepForm: type[forms.ModelForm] = type(
    "GuideStepForm",
    (StepForm,),
    {
        **texts_fields("title", label="Title"),
        **texts_fields("text", label="What to do", rows=4),
        **texts_fields("shows", label="What the picture shows"),
    },
)


@admin.register(GuideStep)
class GuideStepAdmin(PartAdmin):
    form = GuideStepForm
    empty_words = "Steps are written from the page of their guide."
    list_display = ("named", "of_guide", "position")
    editable = ("position", "image_url", *fields_of("title", "text", "shows"))
    add_fields = ("guide", *editable)
    fieldsets = ((None, {"fields": ("of_guide", *editable)}),)


class FileForm(TextsForm, DocumentForm):
    texts = ("title",)
    needed = ("title",)


GuideFileForm: type[forms.ModelForm] = type(
    "GuideFileForm", (FileForm,), texts_fields("title", label="Title")
)


@admin.register(GuideFile)
class GuideFileAdmin(PartAdmin):
    form = GuideFileForm
    empty_words = "Files are added from the page of their guide."
    list_display = ("named", "of_guide", "where")
    editable = fields_of("title")
    add_fields = ("guide", "url", "file", *editable)
    fieldsets = ((None, {"fields": ("of_guide", "where", *editable)}),)

    @display(description="Where it is")
    def where(self, row: GuideFile) -> str:
        if row.url:
            return outward(row.url)
        address = reverse("admin:guides_guidefile_file", args=[row.pk])
        return format_html('<a class="text-link underline" href="{}">Download</a>', address)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [
            path("<path:object_id>/file/", view, name="guides_guidefile_file"),
            *super().get_urls(),
        ]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The file, as a download and never as a page."""
        row = self.get_object(request, object_id)
        if row is None or not row.file:
            raise Http404("No such file in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        name = PurePath(row.file.name).name
        return FileResponse(row.file.open("rb"), as_attachment=True, filename=name)  # type: ignore[return-value]


@admin.register(GuideAnswer)
class GuideAnswerAdmin(StoreAdmin):
    area = "guides"
    empty_words = "Nobody has said yet whether a guide helped."
    ordering = ("-said_at", "-id")
    sortable_by = ()
    list_display = ("when", "of_guide", "word", "missing")
    list_filter = ("helped",)
    list_select_related = ("version__guide",)
    fieldsets = (
        (None, {"fields": ("when", "of_guide", "version", "word", "missing", "customer")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("version__guide", "customer")

    @display(description="When")
    def when(self, row: GuideAnswer) -> str:
        return moment(row.said_at)

    @display(description="Guide")
    def of_guide(self, row: GuideAnswer) -> str:
        return page_of(row.version.guide)

    @display(description="Did it help?")
    def word(self, row: GuideAnswer) -> str:
        return "Yes" if row.helped else "No"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
