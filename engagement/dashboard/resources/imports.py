"""File imports: how far each came and what it could not read."""

from collections.abc import Iterable

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import Panel, moment
from orders.models import ImportRun

SHOWN = 200


@admin.register(ImportRun)
class ImportAdmin(StoreAdmin):
    area = "imports"
    empty_words = (
        "Bring in past orders, customers and products with manage.py import_orders FILE. Imported "
        "history sends no mail."
    )
    ordering = ("-started_at", "-id")
    list_display = ("file_name", "kind", "format", "position", "started", "state")
    list_filter = ("kind",)
    fieldsets = (
        (None, {"fields": ("file_name", "kind", "format", "position", "state", "summary")}),
        ("Times", {"fields": ("started_at", "finished_at")}),
    )

    @display(description="Started", ordering="started_at")
    def started(self, run: ImportRun) -> str:
        return moment(run.started_at)

    @display(description="State", label={"Finished": "success", "Not finished": "warning"})
    def state(self, run: ImportRun) -> str:
        return "Finished" if run.finished_at else "Not finished"

    @display(description="Counted")
    def summary(self, run: ImportRun) -> str:
        return ", ".join(f"{name.replace('_', ' ')}: {n}" for name, n in run.counts.items()) or "–"

    def panels(self, request: HttpRequest, row: ImportRun) -> Iterable[Panel]:
        rejects = row.rejects.order_by("line")[:SHOWN]
        yield Panel(
            title=f"Lines that could not be read (the first {SHOWN})",
            heads=("Line", "Why"),
            rows=[(reject.line, reject.reason) for reject in rejects],
            empty="Every line was read.",
        )
