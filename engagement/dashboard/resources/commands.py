"""What we have asked the shop's own systems to do, and how it ended."""

import json
from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import moment, page_of
from orders.models import PlatformCommand
from orders.operations.give_command import retry_command

STATES = {"Done": "success", "Refused": "warning", "Given up": "danger", "Waiting": "info"}


@admin.register(PlatformCommand)
class CommandAdmin(StoreAdmin):
    area = "commands"
    empty_words = (
        "Nothing yet. Cancellations and changes that customers ask for are handed to your shop from "
        "here once you have connected it (Set-up, Your shop's systems)."
    )
    ordering = ("-id",)
    sortable_by = ()
    found_by_index = ("status=dead",)
    list_display = ("asked", "what", "of_order", "where", "state", "why")
    list_filter = ("status", "kind")
    list_select_related = ("order", "connection")
    actions = ("try_again",)
    actions_detail = ("try_again",)
    fieldsets = (
        (None, {"fields": ("what", "of_order", "where", "state", "why")}),
        ("Times", {"fields": ("asked", "next_try", "attempts", "settled_at")}),
        ("Exactly", {"fields": ("content", "said")}),
    )

    @display(description="Asked")
    def asked(self, command: PlatformCommand) -> str:
        return moment(command.created_at)

    @display(description="What")
    def what(self, command: PlatformCommand) -> str:
        event = str(command.payload.get("event") or "")
        return event or command.get_kind_display()

    @display(description="Order")
    def of_order(self, command: PlatformCommand) -> str:
        return page_of(command.order)

    @display(description="Where")
    def where(self, command: PlatformCommand) -> str:
        return command.connection.get_platform_display()

    @display(description="State", label=STATES)
    def state(self, command: PlatformCommand) -> str:
        return command.get_status_display()

    @display(description="Why")
    def why(self, command: PlatformCommand) -> str:
        return command.error or "–"

    @display(description="Next try")
    def next_try(self, command: PlatformCommand) -> str:
        return moment(command.due_at) if command.status == PlatformCommand.Status.WAITING else "–"

    @display(description="What was to be done")
    def content(self, command: PlatformCommand) -> str:
        text = json.dumps(command.payload, indent=2, ensure_ascii=False)
        return format_html('<pre class="as-typed">{}</pre>', text)

    @display(description="Answer")
    def said(self, command: PlatformCommand) -> str:
        text = json.dumps(command.answer, indent=2, ensure_ascii=False) if command.answer else "–"
        return format_html('<pre class="as-typed">{}</pre>', text)

    @deed(
        title="Try again",
        question="It is handed over once more. Your shop is asked first whether an earlier try has "
        "arrived, so that nothing is done twice.",
        when=lambda command: (
            command.status in (PlatformCommand.Status.REFUSED, PlatformCommand.Status.DEAD)
        ),
        icon="replay",
    )
    def try_again(self, *, request: HttpRequest, row: PlatformCommand, now: datetime) -> str:
        if not row.connection.is_active:
            raise Refused("Its connection is switched off. Switch it on first.")
        if not retry_command(command=row):
            raise Refused("It has moved on meanwhile.")
        return "It waits to be handed over, which takes seconds."
