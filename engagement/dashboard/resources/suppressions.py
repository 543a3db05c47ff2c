"""Suppressions: addresses we leave alone. Kept as hashes, so shown by customer."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import moment, page_of
from engagement.preferences.models import Suppression

BY_HAND = Suppression.Reason.MANUAL


@admin.register(Suppression)
class SuppressionAdmin(StoreAdmin):
    area = "suppressions"
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
