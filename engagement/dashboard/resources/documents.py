"""Papers of an order: invoice, manual, warranty terms. By address, or as a private file."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import display

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import page_of
from orders.models import OrderDocument
from orders.operations.keep_documents import tell_documents

LARGEST = 20 * 1024 * 1024
# What may be kept, by ending and by how the file begins. Nothing a browser would run.
BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}


def download_link(paper: OrderDocument) -> str:
    """Where the paper is: its address, or a link to the private file."""
    if paper.url:
        return format_html(
            '<a class="text-link underline" href="{}" rel="noopener noreferrer">{}</a>',
            paper.url,
            paper.url[:60],
        )
    address = reverse("admin:orders_orderdocument_file", args=[paper.pk])
    return format_html('<a class="text-link underline" href="{}">Download</a>', address)


class DocumentForm(forms.ModelForm):
    """Either an address or a file, and only files that are what they say."""

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not file or not hasattr(file, "content_type"):
            return file
        beginning = BEGINNINGS.get(PurePath(file.name).suffix.lower())
        if beginning is None:
            raise forms.ValidationError("Only PDF, PNG and JPEG files can be kept.")
        if file.size > LARGEST:
            raise forms.ValidationError("The file is larger than 20 MB. Please make it smaller.")
        if not file.read(len(beginning)).startswith(beginning):
            raise forms.ValidationError("The file is not what its name says. Was it renamed?")
        file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "url" in self.fields and not self.errors:
            has_file = bool(cleaned.get("file") or self.instance.file)
            if bool(cleaned.get("url")) == has_file:
                raise forms.ValidationError("Give either an address or a file, one of the two.")
        return cleaned


@admin.register(OrderDocument)
class DocumentAdmin(StoreAdmin):
    area = "documents"
    form = DocumentForm
    empty_words = "Papers are added from the page of their order."
    add_fields = ("order", "kind", "title", "url", "file")
    editable = ("kind", "title")
    autocomplete_fields = ("order",)
    search_fields = ("title",)
    ordering = ("-id",)
    list_display = ("title", "kind", "of_order", "created_at")
    list_filter = ("kind",)
    list_select_related = ("order",)
    fieldsets = ((None, {"fields": ("of_order", "kind", "title", "where", "created_at")}),)

    @display(description="Order")
    def of_order(self, paper: OrderDocument) -> str:
        return page_of(paper.order)

    @display(description="Where it is")
    def where(self, paper: OrderDocument) -> str:
        return download_link(paper)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        if not change:
            tell_documents(order=obj.order, documents=[obj], origin="live", now=obj.created_at)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [
            path("<path:object_id>/file/", view, name="orders_orderdocument_file"),
            *super().get_urls(),
        ]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The private file, as a download and never as a page."""
        paper = self.get_object(request, object_id)
        if paper is None or not paper.file:
            raise Http404("No such file in this store.")
        if not self.has_view_permission(request, paper):
            raise PermissionDenied
        name = PurePath(paper.file.name).name
        return FileResponse(paper.file.open("rb"), as_attachment=True, filename=name)  # type: ignore[return-value]
