"""Warranty claims: the queue, who holds each, and how it is answered."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import Panel, moment, page_of
from orders.models import Claim, WarrantyParty
from orders.operations.answer_claim import (
    TooLate,
    accept_claim,
    move_claim,
    refuse_claim,
    settle_claim,
)
from orders.warranty.links import guarantee_url, party_url

Status = Claim.Status
MOST_PARTIES = 50
MOVED_ON = "It has moved on meanwhile."


def is_open(row: Claim) -> bool:
    return row.status in Claim.OPEN


class ClaimForm(forms.ModelForm):
    class Meta:
        model = Claim
        fields = ("reason",)
        labels = {"reason": "Why not, in words for the customer"}
        widgets = {"reason": UnfoldAdminTextareaWidget(attrs={"rows": 3})}


class PartyFilter(admin.SimpleListFilter):
    """By who has to answer."""

    title = "who answers"
    parameter_name = "party"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        parties = WarrantyParty.objects.order_by("name")[:MOST_PARTIES]
        return [("us", "Us"), *((str(party.pk), party.name) for party in parties)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "us":
            return queryset.filter(party=None)
        return queryset.filter(party_id=value) if value and value.isdigit() else queryset


@admin.register(Claim)
class ClaimAdmin(StoreAdmin):
    area = "claims"
    form = ClaimForm
    empty_words = (
        "Nobody has claimed anything yet. Customers do so on their guarantee's page, which their "
        "order's page leads to."
    )
    ordering = ("-opened_at", "-id")
    sortable_by = ()
    list_display = ("opened", "piece", "state", "held_by", "due", "late")
    list_filter = ("status", PartyFilter)
    list_select_related = ("guarantee", "party")
    editable = ("reason",)
    actions = ("accept",)
    actions_detail = ("accept", "repaired", "replaced", "refunded", "refuse", "take_back")
    fieldsets = (
        (None, {"fields": ("opened", "piece", "of_order", "what", "pictures", "state")}),
        ("Who answers", {"fields": ("held_by", "due", "settle_by", "late", "party_page")}),
        ("Your answer", {"fields": ("reason", "answered_at", "closed_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .select_related("guarantee__order_line__order", "party", "store")
        )

    @display(description="Opened")
    def opened(self, row: Claim) -> str:
        return moment(row.opened_at)

    @display(description="Piece")
    def piece(self, row: Claim) -> str:
        return page_of(row.guarantee)

    @display(description="Order")
    def of_order(self, row: Claim) -> str:
        line = row.guarantee.order_line
        return page_of(line.order if line else None)

    @display(description="State")
    def state(self, row: Claim) -> str:
        said = row.get_status_display()
        return f"{said}: {row.get_outcome_display().lower()}" if row.outcome else said

    @display(description="With")
    def held_by(self, row: Claim) -> str:
        return str(row.party or "Us")

    @display(description="Due")
    def due(self, row: Claim) -> str:
        return moment(row.due_at)

    @display(description="Overdue")
    def late(self, row: Claim) -> str:
        return f"{row.escalated} times" if row.escalated > 1 else "Once" if row.escalated else "–"

    @display(description="Pictures")
    def pictures(self, row: Claim) -> str:
        return (
            format_html_join(
                " · ",
                '<a class="text-link underline" href="{}">Picture {}</a>',
                (
                    (reverse("admin:orders_claim_picture", args=[row.pk, photo.pk]), number)
                    for number, photo in enumerate(row.photos.all(), start=1)
                ),
            )
            or "None"
        )

    @display(description="Pages outside")
    def party_page(self, row: Claim) -> str:
        owner = format_html(
            '<a class="text-link underline" href="{}">The customer\'s</a>',
            guarantee_url(guarantee=row.guarantee, store=row.store),
        )
        if row.party is None:
            return owner
        return format_html(
            '{} · <a class="text-link underline" href="{}">The party\'s</a>',
            owner,
            party_url(claim=row, store=row.store),
        )

    def panels(self, request: HttpRequest, row: Claim) -> Iterable[Panel]:
        yield Panel(
            title="What happened",
            heads=("When", "What", "By", "Words"),
            rows=[
                (moment(step.at), step.get_kind_display(), step.by or "–", step.words or "–")
                for step in row.steps.order_by("pk")
            ],
        )

    @deed(
        title="Accept",
        question="The customer is told.",
        when=lambda row: row.status == Status.WAITING,
        icon="check",
    )
    def accept(self, *, request: HttpRequest, row: Claim, now: datetime) -> str:
        try:
            accept_claim(claim=row, by=request.user.email, now=now)  # type: ignore[union-attr]
        except TooLate as late:
            raise Refused(MOVED_ON) from late
        return "Accepted. The customer is written to."

    @deed(
        title="Refuse",
        question="The customer is written to, with the reason that you have saved on this page.",
        when=is_open,
        icon="close",
        danger=True,
    )
    def refuse(self, *, request: HttpRequest, row: Claim, now: datetime) -> str:
        if not row.reason.strip():
            raise Refused("Write and save the reason first: the customer deserves one.")
        try:
            refuse_claim(claim=row, reason=row.reason, by=request.user.email, now=now)  # type: ignore[union-attr]
        except TooLate as late:
            raise Refused(MOVED_ON) from late
        return "Refused. The customer is written to."

    @deed(
        title="Repaired",
        question="It is settled; the guarantee grows as the law says.",
        when=is_open,
    )
    def repaired(self, *, request: HttpRequest, row: Claim, now: datetime) -> str:
        return self._settle(request, row, Claim.Outcome.REPAIRED, now)

    @deed(title="Replaced", question="It is settled with another piece.", when=is_open)
    def replaced(self, *, request: HttpRequest, row: Claim, now: datetime) -> str:
        return self._settle(request, row, Claim.Outcome.REPLACED, now)

    @deed(
        title="Money back",
        question="It is settled, and the guarantee ends. Pay it back in your shop.",
        when=is_open,
    )
    def refunded(self, *, request: HttpRequest, row: Claim, now: datetime) -> str:
        return self._settle(request, row, Claim.Outcome.REFUNDED, now)

    @deed(
        title="Take it back",
        question="You answer it yourselves from now on; the party's link opens nothing any more.",
        when=lambda row: is_open(row) and row.party_id is not None,
        icon="undo",
    )
    def take_back(self, *, request: HttpRequest, row: Claim, now: datetime) -> str:
        try:
            move_claim(claim=row, party=None, by=request.user.email, now=now)  # type: ignore[union-attr]
        except TooLate as late:
            raise Refused(MOVED_ON) from late
        return "It is with you now."

    def _settle(self, request: HttpRequest, row: Claim, outcome: str, now: datetime) -> str:
        today = now.astimezone(row.store.zone).date()
        try:
            settle_claim(claim=row, outcome=outcome, by=request.user.email, today=today, now=now)  # type: ignore[union-attr]
        except TooLate as late:
            raise Refused(MOVED_ON) from late
        return "Settled. The customer is written to."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.picture_view)
        return [
            path("<path:object_id>/picture/<int:number>/", view, name="orders_claim_picture"),
            *super().get_urls(),
        ]

    def picture_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """A picture of this claim, as a download."""
        row = self.get_object(request, object_id)
        photo = row.photos.filter(pk=number).first() if row is not None else None
        if photo is None:
            raise Http404("No such picture in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return FileResponse(  # type: ignore[return-value]
            photo.file.open("rb"), as_attachment=True, filename=f"claim-{row.pk}-{photo.pk}.jpg"
        )
