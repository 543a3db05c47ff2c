"""Books nobody edits: the audit log and the privacy requests."""

import json
from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from core.audit.models import AuditEntry
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import moment, page_of
from orders.models import PrivacyRequest


@admin.register(AuditEntry)
class AuditAdmin(StoreAdmin):
    area = "audit"
    empty_words = "Nobody has changed anything by hand yet."
    search_fields = ("actor", "subject")
    sortable_by = ("happened",)
    search_help_text = "Beginning of the person's e-mail, or what it is about, like order:12"
    ordering = ("-happened_at", "-id")
    list_display = ("happened", "actor", "action", "subject")
    fieldsets = ((None, {"fields": ("happened_at", "actor", "action", "subject", "details")}),)

    @display(description="When", ordering="happened_at")
    def happened(self, entry: AuditEntry) -> str:
        return moment(entry.happened_at)

    @display(description="Details")
    def details(self, entry: AuditEntry) -> str:
        text = json.dumps(entry.detail, indent=2, ensure_ascii=False)
        return format_html('<pre class="as-typed">{}</pre>', text)


@admin.register(PrivacyRequest)
class PrivacyAdmin(StoreAdmin):
    area = "privacy"
    empty_words = "When a shop platform passes on a wish to see or erase data, it stands here."
    ordering = ("-received_at", "-id")
    list_display = ("kind", "source", "of_customer", "received", "due", "state")
    list_filter = ("kind",)
    list_select_related = ("customer",)
    actions_detail = ("carried_out",)
    fieldsets = (
        (None, {"fields": ("kind", "source", "of_customer", "received_at", "due_at", "done_at")}),
    )

    @display(description="Customer")
    def of_customer(self, wish: PrivacyRequest) -> str:
        return page_of(wish.customer)

    @display(description="Received", ordering="received_at")
    def received(self, wish: PrivacyRequest) -> str:
        return moment(wish.received_at)

    @display(description="Must be done by", ordering="due_at")
    def due(self, wish: PrivacyRequest) -> str:
        return moment(wish.due_at)

    @display(description="State", label={"Done": "success", "Open": "warning"})
    def state(self, wish: PrivacyRequest) -> str:
        return "Done" if wish.done_at else "Open"

    @deed(
        title="Carried out",
        question="You have shown or erased the data, here and in the shop. Pressing this erases "
        "nothing by itself: it writes down that it was done, by whom and when.",
        when=lambda wish: wish.done_at is None,
        icon="task_alt",
    )
    def carried_out(self, *, request: HttpRequest, row: PrivacyRequest, now: datetime) -> str:
        done = PrivacyRequest.objects.filter(pk=row.pk, done_at=None).update(done_at=now)
        if not done:
            raise Refused("Somebody else has just said so.")
        return "It is written down as carried out."
