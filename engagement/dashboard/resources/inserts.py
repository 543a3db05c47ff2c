"""Inserts for boxes: of one order at once, of many as a batch with its progress."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import display

from core.clock import now as store_now
from core.wake import wake_on_commit
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import Panel, moment
from engagement.dashboard.roles import allows
from engagement.guides.insert_paper import inserts_pdf
from engagement.guides.inserts import inserts_of
from engagement.guides.models import InsertBatch
from engagement.guides.models.insert_batch import MOST_ORDERS
from engagement.guides.operations.print_inserts import ask_for_inserts
from orders.models import Order


def may_print(request: HttpRequest) -> bool:
    return allows(role=getattr(request, "role", None), area="inserts", deed="add")


def print_chosen(request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
    """From the list of orders: ask for a batch of those chosen."""
    if not may_print(request):
        raise PermissionDenied
    ids = list(orders.values_list("pk", flat=True)[: MOST_ORDERS + 1])
    if not ids or len(ids) > MOST_ORDERS:
        messages.error(request, f"Choose up to {MOST_ORDERS} orders.")
        return None
    store = request.store  # type: ignore[attr-defined]
    batch = ask_for_inserts(
        store=store,
        order_ids=ids,
        by=request.user.email,  # type: ignore[union-attr]
        now=store_now(store),
    )
    wake_on_commit("inserts")
    return HttpResponseRedirect(reverse("admin:guides_insertbatch_change", args=[batch.pk]))


def insert_panel(order: Order) -> Panel:
    """Where the insert of one order is printed."""
    return Panel(
        title="Insert for the box",
        heads=("",),
        empty="A page with thanks and the codes of its guides, to lie on top. Without prices.",
        link=reverse("admin:guides_insertbatch_order", args=[order.pk]),
        link_words="Print it",
    )


@admin.register(InsertBatch)
class InsertBatchAdmin(StoreAdmin):
    area = "inserts"
    empty_words = (
        "Choose orders in their list and “Print inserts”: a page each for the box, with thanks and the "
        "codes of their guides."
    )
    ordering = ("-created_at", "-id")
    sortable_by = ()
    list_display = ("asked", "progress", "created_by")
    fieldsets = ((None, {"fields": ("asked", "progress", "created_by")}),)

    @display(description="Asked for")
    def asked(self, row: InsertBatch) -> str:
        return moment(row.created_at)

    @display(description="Printed")
    def progress(self, row: InsertBatch) -> str:
        if row.finished_at is not None:
            return f"All {row.total}"
        return f"{row.done} of {row.total}. The next come within seconds; load the page again."

    def panels(self, request: HttpRequest, row: InsertBatch) -> Iterable[Panel]:
        yield Panel(
            title="Files to print",
            heads=("File", "Orders"),
            rows=[
                (
                    format_html(
                        '<a class="text-link underline" href="{}">{}</a>',
                        reverse("admin:guides_insertbatch_part", args=[row.pk, part.number]),
                        f"{part}.pdf",
                    ),
                    part.orders,
                )
                for part in row.parts.all()
            ],
            empty="The first comes within seconds.",
        )

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            path(
                "<path:object_id>/part/<int:number>.pdf",
                site.admin_view(self.part_view),
                name="guides_insertbatch_part",
            ),
            path(
                "order/<path:object_id>.pdf",
                site.admin_view(self.order_view),
                name="guides_insertbatch_order",
            ),
            *super().get_urls(),
        ]

    def part_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """One file of a batch."""
        row = self.get_object(request, object_id)
        part = row.parts.filter(number=number).first() if row is not None else None
        if part is None:
            raise Http404("No such file in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return FileResponse(  # type: ignore[return-value]
            part.file.open("rb"), as_attachment=True, filename=f"inserts-{row.pk}-{number}.pdf"
        )

    def order_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The insert of one order, printed as it is asked for."""
        store: Any = request.store  # type: ignore[attr-defined]
        if store is None or not may_print(request):
            raise PermissionDenied
        rows = Order.objects.select_related("customer")
        order = rows.filter(pk=object_id).first() if object_id.isdigit() else None
        if order is None:
            raise Http404("No such order in this store.")
        answer = HttpResponse(
            inserts_pdf(inserts_of(orders=[order], store=store)), content_type="application/pdf"
        )
        answer["Content-Disposition"] = f'attachment; filename="insert-{order.pk}.pdf"'
        return answer
