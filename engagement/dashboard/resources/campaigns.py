"""Campaigns: written here, looked at, tried, set going, held, gone on with, ended."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import escape, format_html_join
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold.decorators import display

from core.clock import now as store_now
from core.stores.models.store import LANGUAGES
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.campaign_form import ABOUT, SHOWN, WHEN, WHO, CampaignForm
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.framed import framed
from engagement.dashboard.holiday_days import days_words
from engagement.dashboard.panels import Panel, moment
from engagement.dashboard.resources.segments import people_words
from engagement.flows.context.campaign import tell_campaign
from engagement.flows.context.preview import sample_context
from engagement.flows.models import Campaign
from engagement.flows.operations.plan_campaign import audience_of
from engagement.flows.operations.run_campaign import (
    CampaignRefused,
    cancel_campaign,
    follows_calendar,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
)
from engagement.messages.live_copy import live_copy
from engagement.messages.models import Message, Reason
from engagement.messages.operations.send_test import TestNotSent, send_test
from engagement.messages.rendering.render import TemplateBroken, render
from engagement.preferences.queries import marketing_bases
from engagement.preferences.topics import Topic
from engagement.segments.queries import COUNTED

Status = Campaign.Status
LOOKED_AT = 1000
COLORS = {"Draft": "info", "Sending": "success", "Paused": "warning", "Canceled": "danger"}


def is_draft(row: Campaign) -> bool:
    return row.status == Status.DRAFT


def is_under_way(row: Campaign) -> bool:
    return row.status in (Status.PLANNING, Status.PLANNED)


def audience_words(campaign: Campaign) -> str:
    """How many it is for now and, of marketing, which part of them may be written to."""
    now = store_now(campaign.store)
    people = audience_of(campaign=campaign, now=now).order_by()
    count = people[: COUNTED + 1].count()
    words = "1 person" if count == 1 else f"{people_words(count)} people"
    if campaign.kind == Campaign.Kind.SAFETY_NOTICE or not count:
        return words
    some = list(people.values_list("pk", flat=True)[:LOOKED_AT])
    bases = marketing_bases(
        customer_ids=some, store=campaign.store, now=now, topic=Topic.NEWSLETTER.value
    )
    share = sum(basis != "none" for basis in bases.values()) / len(some)
    seen = "" if count <= LOOKED_AT else f" (of the first {LOOKED_AT:,})"
    return f"{words}; {share:.0%} of them agreed to such mail{seen}"


def set_going_question(row: Campaign) -> str:
    """What is about to happen, with the number."""
    when = f"on {row.send_on:%-d %B %Y}, by each one's own clock" if row.send_on else "at once"
    if follows_calendar(row):
        when = "on the holiday, as each one's country keeps it"
    return (
        f"It is for {audience_words(row)}. Its mails leave {when}. Have you seen the preview and sent "
        "yourself a test?"
    )


@admin.register(Campaign)
class CampaignAdmin(StoreAdmin):
    area = "campaigns"
    form = CampaignForm
    empty_words = (
        "A campaign is one mail to many: a newsletter, news of a product, a greeting, a recall."
    )
    add_fields = ("kind", "name", "segment", "product")
    editable = (*WHO, *ABOUT, *WHEN)
    autocomplete_fields = ("segment", "product")
    ordering = ("-created_at", "-id")
    list_display = ("name", "kind", "state", "day", "planned")
    list_filter = ("kind", "status")
    actions_detail = ("try_it", "set_going", "pause", "resume", "cancel")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        facts = ("kind", "state", "audience", "preview")
        if not is_draft(obj):
            days = ("days",) if obj.season else ()
            return [(None, {"fields": (*facts, "name", *days, *WHEN, "planned")})]
        days = ("days",) if obj.kind == Campaign.Kind.HOLIDAY_GREETING else ()
        about = ABOUT if obj.kind in {"product_update", "safety_notice"} else ()
        who = WHO if obj.kind != Campaign.Kind.SAFETY_NOTICE else ("name",)
        return [
            (None, {"fields": facts}),
            ("To whom", {"fields": (*who, *about)}),
            ("What it tells", {"fields": SHOWN[obj.kind]}),
            ("When", {"fields": (*days, *WHEN)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = ("kind", "state", "audience", "preview", "planned", "days")
        return facts if obj is not None else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (not isinstance(obj, Campaign) or is_draft(obj))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [
                choice
                for choice in Campaign.Kind.choices
                if choice[0] != Campaign.Kind.FEED_DIGEST.value
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @display(description="State", label=COLORS)
    def state(self, row: Campaign) -> str:
        if is_under_way(row):
            return "Paused" if row.paused_at else "Sending"
        return row.get_status_display()

    @display(description="Leaves", ordering="send_on")
    def day(self, row: Campaign) -> str:
        if follows_calendar(row):
            return "On the holiday"
        return f"{row.send_on:%-d %b %Y}" if row.send_on else "At once"

    @display(description="Goes to")
    def audience(self, row: Campaign) -> str:
        return audience_words(row)

    @display(description="Its days")
    def days(self, row: Campaign) -> str:
        return days_words(row, now=store_now(row.store))

    @display(description="Preview")
    def preview(self, row: Campaign) -> str:
        names = dict(LANGUAGES)
        return format_html_join(
            " · ",
            '<a class="text-link underline" href="{}">{}</a>',
            (
                (
                    reverse("admin:flows_campaign_preview", args=[row.pk, code]),
                    names.get(code, code),
                )
                for code in row.store.languages
            ),
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
            obj.created_by = request.user.email  # type: ignore[union-attr]
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Straight to what it tells."""
        return HttpResponseRedirect(reverse("admin:flows_campaign_change", args=[obj.pk]))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("<path:object_id>/preview/<slug:language>/", view, name="flows_campaign_preview"),
            *super().get_urls(),
        ]

    @method_decorator(xframe_options_sameorigin)
    def preview_view(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        """The mail as it would be written to a sample customer, alone and sandboxed."""
        row = self.get_object(request, object_id)
        if row is None or language not in row.store.languages:
            raise Http404("No such campaign in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        try:
            mail = render(
                template=row.kind,
                language=language,
                context=_context(row),
                own=live_copy(store=row.store, now=store_now(row.store)),
            )
        except TemplateBroken as error:
            return framed(f"<!doctype html><title>Mail</title><p>{escape(str(error))}</p>")
        return framed(mail.html)

    def panels(self, request: HttpRequest, row: Campaign) -> Iterable[Panel]:
        """How it went: who was reached and who was not, and why."""
        counted = (
            Message.objects.filter(flow=row.kind, step="send", occurrence=row.occurrence)
            .order_by()
            .values_list("status", "reason")
            .annotate(many=Count("pk"))
            .order_by("-many")
        )
        statuses, reasons = dict(Message.Status.choices), dict(Reason.choices)
        words = "Nobody is planned yet." if not row.scheduled_at else "Planning has begun."
        yield Panel(
            title="Its mails",
            heads=("What became of them", "Why", "How many"),
            rows=[
                (statuses.get(status, status), reasons.get(reason, "–"), f"{count:,}")
                for status, reason, count in counted
            ],
            empty=words,
        )
        failed = (
            Message.objects.filter(flow=row.kind, step="send", occurrence=row.occurrence)
            .filter(status__in=[Message.Status.SKIPPED, Message.Status.FAILED])
            .select_related("customer")
            .order_by("pk")
        )
        if row.kind == Campaign.Kind.SAFETY_NOTICE:
            yield Panel(
                title="Buyers who were not reached (the first 50): write or call them another way",
                heads=("Who", "Phone", "Why", "When"),
                rows=[
                    (
                        str(one.customer),
                        one.customer.phone if one.customer else "–",
                        one.get_reason_display(),
                        moment(one.ended_at),
                    )
                    for one in failed[:50]
                ],
                empty="None so far.",
            )

    @deed(
        title="Send me a test",
        question="One mail with this text, for a sample customer, to your own address.",
        icon="forward_to_inbox",
    )
    def try_it(self, *, request: HttpRequest, row: Campaign, now: datetime) -> str:
        transaction.on_commit(partial(_try, request, row, now))
        return f"A test goes to {request.user.email}."  # type: ignore[union-attr]

    @deed(
        title="Set going",
        question=set_going_question,
        when=is_draft,
        icon="send",
    )
    def set_going(self, *, request: HttpRequest, row: Campaign, now: datetime) -> str:
        try:
            schedule_campaign(campaign=row, by=str(request.user), now=now)
        except CampaignRefused as no:
            raise Refused(str(no)) from no
        return f"“{row.name}” is under way."

    @deed(
        title="Pause",
        question="Nothing more of it leaves until you let it go on. What is with the provider already "
        "cannot be called back.",
        when=lambda row: is_under_way(row) and row.paused_at is None,
        icon="pause",
    )
    def pause(self, *, request: HttpRequest, row: Campaign, now: datetime) -> str:
        return f"{_done(pause_campaign, row, now):,} mails wait."

    @deed(
        title="Go on",
        question="It goes on exactly where it stood.",
        when=lambda row: is_under_way(row) and row.paused_at is not None,
        icon="play_arrow",
    )
    def resume(self, *, request: HttpRequest, row: Campaign, now: datetime) -> str:
        return f"{_done(resume_campaign, row, now):,} mails go on."

    @deed(
        title="Cancel",
        question="Nothing more of it leaves, for good. What has left has left.",
        when=is_under_way,
        icon="cancel",
        danger=True,
    )
    def cancel(self, *, request: HttpRequest, row: Campaign, now: datetime) -> str:
        _done(cancel_campaign, row, now)
        return f"“{row.name}” is canceled."


def _done(operation: Any, row: Campaign, now: datetime) -> int:
    try:
        return int(operation(campaign=row, now=now))
    except CampaignRefused as no:
        raise Refused(str(no)) from no


def _context(row: Campaign) -> dict[str, Any]:
    context = sample_context(store=row.store)
    for part in ("article", "entries", "notice", "products", "voucher"):
        context.pop(part, None)
    tell_campaign(context, campaign=row)  # type: ignore[arg-type]
    return context


def _try(request: HttpRequest, row: Campaign, now: datetime) -> None:
    try:
        send_test(
            store=row.store,
            template=row.kind,
            language=row.store.default_language,
            context=_context(row),
            to=request.user.email,  # type: ignore[union-attr]
            own=live_copy(store=row.store, now=now),
            now=now,
        )
    except (TemplateBroken, TestNotSent) as error:
        messages.error(request, str(error))
