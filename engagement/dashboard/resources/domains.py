"""The sending domain: whether receivers trust it, how far its warm-up is, and the breaker's release."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from core.clock import real_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.panels import moment
from engagement.messages.delivery.warm_up import allowance
from engagement.messages.models import DomainStanding
from engagement.messages.operations.watch_standing import LOOK_BACK, count, release_standing


@admin.register(DomainStanding)
class DomainAdmin(StoreAdmin):
    area = "domains"
    empty_words = "The domain appears here with the first mail that leaves through a provider."
    list_display = ("domain", "state", "warm_up", "since")
    actions_detail = ("release", "skip_warm_up")
    fieldsets = (
        (None, {"fields": ("domain", "state", "reason", "since", "this_week")}),
        (
            "Warm-up",
            {
                "fields": ("warm_up", "best_day"),
                "description": "Receivers distrust a new domain that writes to thousands at once. "
                "Marketing begins with 200 mails a day and may double each day; order news always "
                "goes.",
            },
        ),
    )

    @display(description="Since")
    def since(self, row: DomainStanding) -> str:
        return moment(row.tripped_at)

    @display(description="This week")
    def this_week(self, row: DomainStanding) -> str:
        return str(count(since=max(row.counts_from, real_now() - LOOK_BACK)))

    @display(description="Warm-up")
    def warm_up(self, row: DomainStanding) -> str:
        if row.warming_since is None:
            return "Known to receivers"
        today = real_now().date()
        best = row.best_day if row.day == today else max(row.best_day, row.handed_today)
        handed = row.handed_today if row.day == today else 0
        return f"{handed} of {allowance(best_day=best)} mails today"

    @deed(
        title="Let it send again",
        question="You have found out why mails bounced or were called spam, and mended it: the list "
        "they went to, or what they said. Everything planned goes again; what happened until now no "
        "longer counts.",
        when=lambda row: row.state != DomainStanding.State.FINE,
        icon="play_arrow",
    )
    def release(self, *, request: HttpRequest, row: DomainStanding, now: datetime) -> str:
        release_standing(store=row.store, actor=request.user.email, now=now)  # type: ignore[union-attr]
        return "It sends again."

    @deed(
        title="No warm-up",
        question="This domain has sent as many mails for weeks, through another program. Without "
        "such a past receivers will put your mails into the spam folder.",
        when=lambda row: row.warming_since is not None,
        icon="local_fire_department",
    )
    def skip_warm_up(self, *, request: HttpRequest, row: DomainStanding, now: datetime) -> str:
        DomainStanding.objects.filter(pk=row.pk).update(warming_since=None)
        return "Marketing is no longer held back."
