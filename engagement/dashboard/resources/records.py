"""Books nobody edits: the audit log and the privacy requests."""

import json

from django.contrib import admin
from django.utils.html import format_html
from unfold.decorators import display

from core.audit.models import AuditEntry
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import moment


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
