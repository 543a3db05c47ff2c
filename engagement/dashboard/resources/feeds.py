"""Feeds of the shop: added here, tried at once, and shown with how reading goes and what waits."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import escape, format_html_join
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold.decorators import display

from core.clock import now as store_now
from core.clock import real_now
from core.outbound import Forbidden, read_address
from core.stores.models.store import LANGUAGES
from core.stores.scope import store_scope
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.framed import framed
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from engagement.flows.context.preview import sample_context
from engagement.flows.models import Campaign, Feed, FeedEntry
from engagement.flows.operations.follow_feeds import Looked, look
from engagement.flows.operations.send_digests import MOST_ENTRIES, entry_data, waiting_entries
from engagement.messages.live_copy import live_copy
from engagement.messages.rendering.render import TemplateBroken, render

COLORS = {"Followed": "success", "Not read": "danger", "Off": "info", "New": "info"}
FIELDS = ("name", "url", "rhythm", "weekday", "send_at", "segment", "is_on")


class FeedForm(forms.ModelForm):
    """The address is judged before it is called."""

    class Meta:
        model = Feed
        fields: tuple[str, ...] = ()
        labels = {
            "name": "Name",
            "url": "Address of the feed",
            "rhythm": "How often",
            "weekday": "On which day",
            "send_at": "At (the customer's time)",
            "segment": "To whom",
            "is_on": "Read it and send digests",
        }
        help_texts = {
            "url": "RSS or Atom. A blog's often ends with /feed; channels and podcasts have one too.",
            "segment": "Empty: all your customers who want news from you.",
        }

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        try:
            read_address(url)
        except Forbidden as no:
            raise forms.ValidationError(str(no)) from no
        if Feed.objects.filter(url=url).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("You have this feed already.")
        return url


def looked_words(looked: Looked) -> str:
    """How reading went, for people."""
    if looked.error:
        return f"It could not be read. {looked.error} We try again by ourselves."
    count = "1 entry" if looked.entries == 1 else f"{looked.entries:,} entries"
    if looked.is_first:
        return f"It was read: {count}. What stands in it today is not mailed; what comes from now on is."
    return f"It was read: {count}; {looked.new} new for the next digest."


@admin.register(Feed)
class FeedAdmin(StoreAdmin):
    area = "feeds"
    form = FeedForm
    empty_words = (
        "Give the address of your blog's, channel's or podcast's feed. What is new goes to your "
        "customers once a week or month; when nothing is new, nothing is sent."
    )
    add_fields = FIELDS
    editable = FIELDS
    autocomplete_fields = ("segment",)
    ordering = ("name", "pk")
    list_display = ("name", "state", "how_it_went", "read", "next_digest")
    actions_detail = ("read_now",)
    fieldsets = (
        (None, {"fields": ("state", "how_it_went", "read", "next_digest", "preview")}),
        ("The feed", {"fields": ("name", "url", "is_on")}),
        ("Its digest", {"fields": ("rhythm", "weekday", "send_at", "segment")}),
    )

    @display(description="State", label=COLORS)
    def state(self, row: Feed) -> str:
        if not row.is_on:
            return "Off"
        if row.error:
            return "Not read"
        return "Followed" if row.read_at else "New"

    @display(description="How reading went")
    def how_it_went(self, row: Feed) -> str:
        return row.error or ("Well." if row.read_at else "It was not read yet.")

    @display(description="Last read", ordering="read_at")
    def read(self, row: Feed) -> str:
        return moment(row.read_at) if row.read_at else "Never yet"

    @display(description="Next digest")
    def next_digest(self, row: Feed) -> str:
        if not row.is_on:
            return "–"
        return f"{row.day_after(row.digested_on):%A, %-d %B %Y}, {row.send_at:%H:%M}"

    @display(description="Preview")
    def preview(self, row: Feed) -> str:
        names = dict(LANGUAGES)
        return format_html_join(
            " · ",
            '<a class="text-link underline" href="{}">{}</a>',
            (
                (reverse("admin:flows_feed_preview", args=[row.pk, code]), names.get(code, code))
                for code in row.store.languages
            ),
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Kept first, then tried: the network is asked after the transaction."""
        now = store_now(request.store)  # type: ignore[attr-defined]
        if not change:
            obj.created_at = now
            obj.digested_on = now.astimezone(request.store.zone).date()  # type: ignore[attr-defined]
        if "url" in form.changed_data:
            obj.etag = obj.last_modified = obj.error = ""
            obj.first_read_at = None  # what stands in another feed is archive again
        if {"rhythm", "weekday"} & set(form.changed_data) and change:
            # No digest for a day that lies behind: the new rhythm counts from today.
            today = now.astimezone(request.store.zone).date()  # type: ignore[attr-defined]
            obj.digested_on = max(obj.digested_on, today)
        if "url" in form.changed_data or "is_on" in form.changed_data:
            obj.next_read_at = real_now()
        super().save_model(request, obj, form, change)
        if obj.is_on and ("url" in form.changed_data or not change):
            transaction.on_commit(partial(_look, request, obj.pk))

    @deed(
        title="Read it now",
        question="The feed is fetched once, now. Nothing is mailed by that.",
        icon="sync",
    )
    def read_now(self, *, request: HttpRequest, row: Feed, now: datetime) -> str:
        transaction.on_commit(partial(_look, request, row.pk))
        return "We went to look."

    def panels(self, request: HttpRequest, row: Feed) -> Iterable[Panel]:
        heads = ("Title", "Kind", "Published", "Found")
        waiting = list(waiting_entries(row)[:AT_MOST])
        yield Panel(
            title="Waits for the next digest",
            heads=heads,
            rows=[_entry_row(entry) for entry in waiting],
            empty="Nothing new. If that stays so, nothing is sent.",
        )
        sent = Campaign.objects.filter(
            pk__in=row.entries.filter(campaign__isnull=False).values("campaign")
        ).order_by("-pk")[:AT_MOST]
        yield Panel(
            title="Digests",
            heads=("Digest", "Its day", "State"),
            rows=[
                (page_of(one), f"{one.send_on:%-d %b %Y}" if one.send_on else "–", _state(one))
                for one in sent
            ],
            empty="None yet.",
        )
        archived = row.entries.filter(is_archive=True).order_by("-pk")[:20]
        yield Panel(
            title="Not mailed: it stood there before (the latest 20)",
            heads=heads,
            rows=[_entry_row(entry) for entry in archived],
            empty="None.",
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("<path:object_id>/preview/<slug:language>/", view, name="flows_feed_preview"),
            *super().get_urls(),
        ]

    @method_decorator(xframe_options_sameorigin)
    def preview_view(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        """The digest as it would go now; of the archive where nothing waits. Alone and sandboxed."""
        row = self.get_object(request, object_id)
        if row is None or language not in row.store.languages:
            raise Http404("No such feed in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        shown = list(waiting_entries(row)[:MOST_ENTRIES]) or list(row.entries.order_by("pk")[:3])
        context: dict[str, Any] = {
            **sample_context(store=row.store),
            "entries": [entry_data(entry) for entry in shown],
        }
        try:
            mail = render(
                template=Campaign.Kind.FEED_DIGEST.value,
                language=language,
                context=context,
                own=live_copy(store=row.store, now=store_now(row.store)),
            )
        except TemplateBroken as error:
            return framed(f"<!doctype html><title>Mail</title><p>{escape(str(error))}</p>")
        return framed(mail.html)


def _entry_row(entry: FeedEntry) -> tuple[str, ...]:
    return (entry.title, entry.kind, moment(entry.published_at), moment(entry.found_at))


def _state(row: Campaign) -> str:
    return "Paused" if row.paused_at else row.get_status_display()


def _look(request: HttpRequest, pk: int) -> None:
    """After the transaction: fetch, and say how it went."""
    store = request.store  # type: ignore[attr-defined]
    with store_scope(store.pk):
        feed = Feed.objects.get(pk=pk)
    looked = look(feed=feed, store=store, now=real_now())
    tell = messages.warning if looked.error else messages.info
    tell(request, looked_words(looked))
