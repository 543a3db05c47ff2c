"""Events that happened, and the reactions owed to them. Those given up come first."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from core.clock import real_now
from core.events.models import EventRow, PendingReaction
from core.wake import wake_on_commit
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of


@admin.register(EventRow)
class EventAdmin(StoreAdmin):
    area = "events"
    empty_words = "Events are what happened to orders, parcels and customers. None happened yet."
    search_fields = ("subject",)
    found_by_index = search_fields
    sortable_by = ("recorded",)
    search_help_text = "What it is about, like order:12"
    ordering = ("-recorded_at", "-id")
    list_display = ("name", "subject", "origin", "occurred", "recorded")
    list_filter = ("name", "origin")
    fieldsets = (
        (None, {"fields": ("name", "subject", "origin", "occurred_at", "recorded_at", "data")}),
    )

    @display(description="Happened")
    def occurred(self, event: EventRow) -> str:
        return moment(event.occurred_at)

    @display(description="Recorded", ordering="recorded_at")
    def recorded(self, event: EventRow) -> str:
        return moment(event.recorded_at)

    @display(description="Facts")
    def data(self, event: EventRow) -> str:
        facts = json.dumps(event.payload, indent=2, ensure_ascii=False)
        return format_html('<pre class="as-typed">{}</pre>', facts)

    def panels(self, request: HttpRequest, row: EventRow) -> Iterable[Panel]:
        yield Panel(
            title="What follows from it",
            heads=("Reaction", "State", "Tries", "What went wrong"),
            rows=[
                (
                    page_of(owed, owed.reaction),
                    owed.get_status_display(),
                    owed.attempts,
                    owed.error.strip().splitlines()[-1][:200] if owed.error.strip() else "",
                )
                for owed in row.reactions.order_by("id")[:AT_MOST]
            ],
            empty="Nothing is wired to it.",
        )


class GivenUpFirst(admin.SimpleListFilter):
    """Those given up, unless somebody asks for others: done ones are many and need nobody."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("pending", "Waiting"), ("done", "Done")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            if str(choice["display"]) == "All":
                choice["display"] = "Given up"
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value() or PendingReaction.Status.DEAD)


@admin.register(PendingReaction)
class ReactionAdmin(StoreAdmin):
    area = "events"
    empty_words = "No reaction was given up: everything that followed from an event was done."
    list_display = ("reaction", "of_event", "state", "attempts", "due", "trouble")
    ordering = ("-id",)
    found_by_index = ("state",)
    sortable_by = ()
    list_filter = (GivenUpFirst,)
    list_select_related = ("event",)
    actions = ("run_again",)
    actions_detail = ("run_again",)
    fieldsets = (
        (None, {"fields": ("reaction", "of_event", "state", "attempts", "due_at", "done_at")}),
        ("What went wrong", {"fields": ("error",)}),
    )

    @display(description="Event")
    def of_event(self, owed: PendingReaction) -> str:
        return page_of(owed.event)

    @display(description="State", label={"Given up": "danger", "Done": "success"})
    def state(self, owed: PendingReaction) -> str:
        return owed.get_status_display()

    @display(description="Due")
    def due(self, owed: PendingReaction) -> str:
        return moment(owed.due_at)

    @display(description="What went wrong")
    def trouble(self, owed: PendingReaction) -> str:
        return owed.error.strip().splitlines()[-1][:120] if owed.error.strip() else "–"

    @deed(
        title="Run again",
        question="It is tried once more, within seconds. What it already did is not done twice.",
        when=lambda owed: owed.status == PendingReaction.Status.DEAD,
        icon="replay",
    )
    def run_again(self, *, request: HttpRequest, row: PendingReaction, now: datetime) -> str:
        PendingReaction.objects.filter(pk=row.pk, status=PendingReaction.Status.DEAD).update(
            status=PendingReaction.Status.PENDING,
            due_at=real_now(),
            lease_until=None,
            token="",
            claims=0,
            attempts=0,
        )
        wake_on_commit("reactions")
        return "It will run again within seconds."
