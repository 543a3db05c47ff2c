"""Suppressions: addresses we leave alone. Kept as hashes, so shown by customer."""

import io
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.decorators import display

from core.audit.write import write_down
from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import moment, page_of
from engagement.preferences.models import Suppression
from engagement.preferences.operations.import_suppressions import import_suppressions
from engagement.preferences.suppression_file import suppression_lines

LARGEST_MB = 5
BY_HAND = Suppression.Reason.MANUAL


@admin.register(Suppression)
class SuppressionAdmin(StoreAdmin):
    area = "suppressions"
    list_before_template = "dashboard/suppressions_top.html"
    empty_words = "Nobody unsubscribed, bounced or complained."
    ordering = ("-since", "-id")
    list_display = ("who", "reach", "reason", "start", "state")
    list_filter = ("reach", "reason")
    list_select_related = ("customer",)
    actions_detail = ("lift",)
    fieldsets = ((None, {"fields": ("who", "reach", "reason", "since", "lifted_at")}),)

    @display(description="Customer")
    def who(self, row: Suppression) -> str:
        return page_of(row.customer) if row.customer_id else "Erased or never a customer"

    @display(description="Since", ordering="since")
    def start(self, row: Suppression) -> str:
        return moment(row.since)

    @display(description="State", label={"Holds": "warning", "Lifted": "success"})
    def state(self, row: Suppression) -> str:
        return "Lifted" if row.lifted_at else "Holds"

    @deed(
        title="Lift",
        question="We may write to this address again. Marketing still needs their consent. An "
        "unsubscription or a complaint is theirs and cannot be lifted here.",
        when=lambda row: row.lifted_at is None,
        icon="undo",
    )
    def lift(self, *, request: HttpRequest, row: Suppression, now: datetime) -> str:
        if row.reason not in {BY_HAND, Suppression.Reason.BOUNCED}:
            raise Refused("They said so themselves; only they can take it back. Nothing changed.")
        Suppression.objects.filter(pk=row.pk, lifted_at__isnull=True).update(lifted_at=now)
        return "We may write to this address again."

    # --- the whole list, in and out -------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {"adds_lists": self.may(request, "act"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("list/", wrap(self.exchange_view), name="preferences_suppression_exchange"),
            path("list/out/", wrap(self.export_view), name="preferences_suppression_export"),
            *super().get_urls(),
        ]

    def exchange_view(self, request: HttpRequest) -> HttpResponse:
        """GET asks for a file, POST takes it in."""
        if not self.may(request, "act"):
            raise PermissionDenied
        errors: list[str] = []
        if request.method == "POST":
            file = request.FILES.get("file")
            if file is None:
                errors.append("Choose a file first.")
            elif (file.size or 0) > LARGEST_MB * 1024 * 1024:
                errors.append(f"The file is larger than {LARGEST_MB} MB. Nothing was taken in.")
            else:
                self._take_in(request, file)
                return redirect("admin:preferences_suppression_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Take a list in or out",
            "list_name": self.list_name,
            "megabytes": LARGEST_MB,
            "errors": errors,
            "opts": self.opts,
        }
        return TemplateResponse(request, "dashboard/suppressions.html", context)

    def _take_in(self, request: HttpRequest, file: Any) -> None:
        store = request.store  # type: ignore[attr-defined]
        reach = request.POST.get("reach", "")
        taken = import_suppressions(
            store_id=store.pk,
            lines=io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace"),
            reach=reach if reach in Suppression.Reach.values else Suppression.Reach.MARKETING,
            now=store_now(store),
        )
        said = f"{taken.new} new, {taken.known} known before"
        self._note_list(request, "list_taken_in", said)
        if taken.rejected:
            lines = ", ".join(map(str, taken.rejects[:10]))
            said += f"; {taken.rejected} lines name nobody (first: {lines})"
        messages.success(request, f"{said}.")

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """The list as a file; its export is remembered in the audit log."""
        if not self.may(request, "act"):
            raise PermissionDenied
        store = request.store  # type: ignore[attr-defined]
        self._note_list(request, "list_taken_out", "")
        response = StreamingHttpResponse(
            suppression_lines(store_id=store.pk), content_type="text/csv; charset=utf-8"
        )
        response.headers["Content-Disposition"] = 'attachment; filename="suppressions.csv"'
        response.headers["Cache-Control"] = "no-store"
        return response

    def _note_list(self, request: HttpRequest, action: str, said: str) -> None:
        store = request.store  # type: ignore[attr-defined]
        write_down(
            store_id=store.pk,
            actor=request.user.email,  # type: ignore[union-attr]
            action=f"suppression.{action}",
            detail={"counted": said} if said else {},
            now=store_now(store),
        )
