"""Notices: what shops and carriers sent us, as they sent it, and what became of it."""

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import moment, page_of
from orders.models import InboundNotice
from orders.operations.replay_notices import Selection, replay_notices

SHOWN = 20_000  # characters of a body; more is no reading matter
SECRET_WORDS = ("auth", "cookie", "secret", "signature", "token", "hmac", "key", "password")


def readable(body: bytes) -> str:
    """A body as text: JSON laid out, anything else as it came, never as markup."""
    text = bytes(body).decode("utf-8", errors="replace")
    with suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n… and {len(text) - SHOWN} more"


def without_secrets(headers: dict[str, Any]) -> dict[str, str]:
    """Headers fit to be shown: whatever may authenticate is blanked."""
    return {
        name: "(not shown)" if any(word in name.lower() for word in SECRET_WORDS) else str(value)
        for name, value in headers.items()
    }


@admin.register(InboundNotice)
class NoticeAdmin(StoreAdmin):
    area = "notices"
    empty_words = (
        "Your shop has not told us anything yet. Paste the address of a connection into its "
        "webhook settings, then place a test order."
    )
    search_fields = ("topic",)
    found_by_index = ("status=dead", "status=waiting")
    sortable_by = ("received",)
    search_help_text = "Beginning of the topic, like orders/create"
    ordering = ("-received_at", "-id")
    list_display = ("received", "source", "topic", "state", "why", "of_order")
    list_filter = ("status", "source")
    list_select_related = ("order",)
    actions = ("replay",)
    actions_detail = ("replay",)
    fieldsets = (
        (None, {"fields": ("source", "topic", "state", "why", "of_order", "replays")}),
        ("Times", {"fields": ("received_at", "processed_at", "attempts")}),
        ("As it came", {"fields": ("head", "text")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("body", "headers")

    @display(description="Received", ordering="received_at")
    def received(self, notice: InboundNotice) -> str:
        return moment(notice.received_at)

    @display(
        description="Became",
        label={"Applied": "success", "Could not be read": "danger", "Waiting": "info"},
    )
    def state(self, notice: InboundNotice) -> str:
        return notice.get_status_display()

    @display(description="Why")
    def why(self, notice: InboundNotice) -> str:
        return notice.reason or "–"

    @display(description="Order")
    def of_order(self, notice: InboundNotice) -> str:
        return page_of(notice.order)

    @display(description="Headers")
    def head(self, notice: InboundNotice) -> str:
        lines = [f"{name}: {value}" for name, value in without_secrets(notice.headers).items()]
        return format_html('<pre class="as-typed">{}</pre>', "\n".join(lines))

    @display(description="Body")
    def text(self, notice: InboundNotice) -> str:
        if notice.body_blanked_at:
            return f"Blanked on {moment(notice.body_blanked_at)}, as bodies are after 30 days."
        return format_html(
            '<pre class="max-h-screen overflow-auto as-typed">{}</pre>',
            readable(bytes(notice.body)),
        )

    @deed(
        title="Read again",
        question="It is read once more, as if it had just come. What was applied before changes "
        "nothing the second time, and old news sends no mail.",
        when=lambda notice: notice.status != InboundNotice.Status.WAITING,
        icon="replay",
    )
    def replay(self, *, request: HttpRequest, row: InboundNotice, now: datetime) -> str:
        selection = Selection(public_id=str(row.public_id))
        queued = replay_notices(store_id=row.store_id, selection=selection)
        if not queued.ids:
            raise Refused("Its body was blanked after 30 days; there is nothing left to read.")
        return "It waits to be read again, which takes seconds."
