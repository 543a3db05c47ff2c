"""Mail texts: what each mail says, rewritten by the shop: seen, checked, tried, published, restored."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold.decorators import display

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.framed import framed
from engagement.dashboard.mail_desk import Desk
from engagement.dashboard.mail_form import (
    keep_draft,
    moment_of,
    publish,
    send_to_oneself,
    typed,
    with_picture,
)
from engagement.dashboard.mail_list import groups_of
from engagement.dashboard.mail_names import (
    from_slug,
    language_name,
    languages_to_edit,
    mail_title,
    slug_of,
)
from engagement.dashboard.mail_sample import FEW, context_for, newest_orders
from engagement.dashboard.panels import Panel, moment, page_of
from engagement.messages.live_copy import live_copy
from engagement.messages.models import MailVersion
from engagement.messages.operations.publish_copy import BadCopy, restore_copy, withdraw_copy
from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.copy import SHARED
from engagement.messages.rendering.own_copy import LOOK, SHIPPED, OwnCopy
from engagement.messages.rendering.render import MARKETING, Rendered, render
from engagement.messages.rendering.slots import (
    as_typed,
    mail_keys,
    shipped_texts,
    title_of,
)
from engagement.messages.rendering.style import COLORS, LINKS
from engagement.messages.rendering.variables import variables_of

STEM = "engagement_messages_mailversion"
_dark = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")


@admin.register(MailVersion)
class MailVersionAdmin(StoreAdmin):
    area = "mails"
    ordering = ("-created_at", "-id")
    list_display = ("named",)
    actions_detail = ("restore", "withdraw")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "named",
                    "in_language",
                    "number",
                    "counts_from",
                    "created_by",
                    "came_from",
                    "broken",
                )
            },
        ),
    )

    # --- the list: every mail, not every version ------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        store = request.store  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "title": self.list_name,
            "groups": groups_of(store=store, now=store_now(store)) if store else [],
        }
        return TemplateResponse(request, "dashboard/mails/list.html", context)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        about = "mail/<slug:template>/<slug:language>/"
        return [
            path(about, wrap(self.editor_view), name=f"{STEM}_editor"),
            path(
                f"{about}preview/",
                xframe_options_sameorigin(wrap(self.preview_view)),
                name=f"{STEM}_preview",
            ),
            *super().get_urls(),
        ]

    # --- one mail in one language ---------------------------------------------------------------

    def _desk(self, request: HttpRequest, template: str, language: str) -> Desk:
        if not self.has_view_permission(request):
            raise PermissionDenied
        store = request.store  # type: ignore[attr-defined]
        language = from_slug(language)
        if template not in {SHARED, *mail_keys()} or language not in {
            LOOK,
            *languages_to_edit(store=store, template=template),
        }:
            raise Http404("There is no such mail.")
        return Desk(
            store=store,
            user=request.user,  # type: ignore[arg-type]
            template=template,
            language=language,
            now=store_now(store),
        )

    def editor_view(self, request: HttpRequest, template: str, language: str) -> HttpResponse:
        """The page: the texts and their checks, values to name, previews, versions."""
        desk = self._desk(request, template, language)
        if request.method == "POST":
            if not self.may(request, "change"):
                raise PermissionDenied
            return self._posted(request, desk)
        wanted = request.GET.get("with", "")
        shown = context_for(store=desk.store, wanted=wanted, now=desk.now)
        scheme = "dark" if request.GET.get("scheme") == "dark" else "light"
        query = urlencode({"with": wanted, "scheme": scheme})
        here = _address(desk, "editor")
        context = {
            **self.admin_site.each_context(request),
            "title": f"{mail_title(template)}: {language_name(desk.language)}",
            "list_name": self.list_name,
            "opts": self.opts,
            "desk": desk,
            "may_change": self.may(request, "change"),
            "tabs": _tabs(desk),
            "is_look": desk.language == LOOK,
            "is_marketing": template in MARKETING,
            "look_links": _filled(desk, LINKS),
            "look_colors": _filled(desk, COLORS),
            "variables": variables_of(template) if desk.language != LOOK else {},
            "findings": desk.loose_findings,
            "versions": [(one, _state(one, desk)) for one in desk.versions],
            "shown": shown,
            "wanted": wanted,
            "few": FEW,
            "orders": newest_orders(),
            "scheme": scheme,
            "preview": f"{_address(desk, 'preview')}?{query}",
            "preview_shipped": f"{_address(desk, 'preview')}?{query}&source=shipped",
            "other_scheme": f"{here}?{urlencode({'with': wanted, 'scheme': _other(scheme)})}#preview",
        }
        return TemplateResponse(request, "dashboard/mails/editor.html", context)

    def _posted(self, request: HttpRequest, desk: Desk) -> HttpResponse:
        wanted = request.POST.get("with", "")
        to_do, _, slot = request.POST.get("deed", "").partition(":")
        content = {} if to_do == "reset-all" else typed(desk=desk, posted=request.POST)
        if to_do == "reset":
            content.pop(slot, None)
        if to_do == "discard":
            content = dict(desk.live.content) if desk.live else {}
        try:
            if to_do not in {"keep", "discard", "reset-all"}:
                file = request.FILES.get("picture_file")
                content = with_picture(desk=desk, content=content, file=file)
        except Refused as no:
            messages.error(request, str(no))
            to_do = "preview"
        keep_draft(desk=desk, content=content)
        if to_do == "keep":
            return HttpResponse(status=204)
        try:
            told = _done(to_do, desk=desk, posted=request.POST, wanted=wanted)
        except Refused as no:
            messages.error(request, str(no))
        else:
            if told:
                messages.success(request, told)
        query = {"with": wanted, "scheme": request.POST.get("scheme", "light")}
        place = "#preview" if to_do == "preview" else ""
        return HttpResponseRedirect(f"{_address(desk, 'editor')}?{urlencode(query)}{place}")

    def preview_view(self, request: HttpRequest, template: str, language: str) -> HttpResponse:
        """The mail alone, sandboxed: as typed, as live, or as shipped."""
        desk = self._desk(request, template, language)
        shown = context_for(store=desk.store, wanted=request.GET.get("with", ""), now=desk.now)
        try:
            mail = render(
                template=desk.shows,
                language=desk.speaks,
                context=shown.context,
                own=_copy(desk, request.GET.get("source", "draft")),
            )
        except TemplateBroken as error:
            return framed(f"<!doctype html><title>Mail</title><p>{escape(error.detail)}</p>")
        if request.GET.get("part") == "text":
            return framed(_text_page(mail))
        dark = request.GET.get("scheme") == "dark"
        return framed(_dark.sub("@media all" if dark else "@media not all", mail.html))

    # --- one version ----------------------------------------------------------------------------

    @display(description="Mail")
    def named(self, version: MailVersion) -> str:
        return mail_title(version.template)

    @display(description="Language")
    def in_language(self, version: MailVersion) -> str:
        return language_name(version.language)

    @display(description="Counts from")
    def counts_from(self, version: MailVersion) -> str:
        taken = f" (taken back {moment(version.withdrawn_at)})" if version.withdrawn_at else ""
        return f"{moment(version.live_from)}{taken}"

    @display(description="Restored from version")
    def came_from(self, version: MailVersion) -> str:
        return str(version.restored_from or "–")

    @display(description="Could not be used")
    def broken(self, version: MailVersion) -> str:
        if version.broke_at is None:
            return "–"
        return f"{moment(version.broke_at)}: {version.broke_detail} The shipped words stood in."

    def panels(self, request: HttpRequest, row: MailVersion) -> Iterable[Panel]:
        shipped = shipped_texts(template=row.template, language=row.language or "en")
        yield Panel(
            title="What it changes",
            heads=("Text", "In this version", "As shipped"),
            rows=[
                (
                    title_of(name) if row.language else LINKS.get(name) or COLORS.get(name) or name,
                    as_typed(text) if isinstance(text, (str, list)) else str(text),
                    as_typed(shipped.get(name, "")) if row.language else "–",
                )
                for name, text in row.content.items()
            ],
            empty="Nothing: everything is as shipped.",
            link=reverse(f"admin:{STEM}_editor", args=[row.template, slug_of(row.language)]),
            link_words="Open the mail",
        )

    @deed(
        title="Restore",
        question="What this version says is published again, at once, as a new version.",
        icon="history",
    )
    def restore(self, *, request: HttpRequest, row: MailVersion, now: datetime) -> str:
        try:
            made = restore_copy(store=row.store, version=row, by=request.user.email, now=now)  # type: ignore[union-attr]
        except BadCopy as error:
            raise Refused(f"This mail has changed since; it cannot be restored. {error}") from error
        return f"Version {made.number} is live, with the words of version {row.number}."

    @deed(
        title="Take back",
        question="It will not take over when its time comes.",
        when=lambda version: (
            version.withdrawn_at is None and version.live_from > store_now(version.store)
        ),
        icon="event_busy",
    )
    def withdraw(self, *, request: HttpRequest, row: MailVersion, now: datetime) -> str:
        if not withdraw_copy(store=row.store, version=row, by=request.user.email, now=now):  # type: ignore[union-attr]
            raise Refused("It is live already. Restore the version before it instead.")
        return "It is taken back."


def _done(to_do: str, *, desk: Desk, posted: Any, wanted: str) -> str:
    """Carry out what a button asks for; what to tell. Raises `Refused`."""
    if to_do == "publish":
        return publish(desk=desk)
    if to_do == "schedule":
        return publish(
            desk=desk, live_from=moment_of(raw=posted.get("live_from", ""), now=desk.now)
        )
    if to_do == "test":
        return send_to_oneself(desk=desk, wanted=wanted)
    if to_do == "discard":
        return "Your draft is gone; this is what is live."
    return ""


def _address(desk: Desk, page: str) -> str:
    return reverse(f"admin:{STEM}_{page}", args=[desk.template, slug_of(desk.language)])


def _tabs(desk: Desk) -> list[tuple[str, str, bool]]:
    languages = [*languages_to_edit(store=desk.store, template=desk.template), LOOK]
    return [
        (
            language_name(one),
            reverse(f"admin:{STEM}_editor", args=[desk.template, slug_of(one)]),
            one == desk.language,
        )
        for one in languages
    ]


def _filled(desk: Desk, fields: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(name, title, str(desk.content.get(name, ""))) for name, title in fields.items()]


def _other(scheme: str) -> str:
    return "light" if scheme == "dark" else "dark"


def _state(version: MailVersion, desk: Desk) -> tuple[str, str]:
    link = page_of(version, f"Version {version.number}")
    if version.withdrawn_at is not None:
        return link, "taken back"
    if version.live_from > desk.now:
        return link, f"takes over {moment(version.live_from)}"
    return link, "live" if desk.live is not None and desk.live.pk == version.pk else "past"


def _copy(desk: Desk, source: str) -> OwnCopy:
    if source == "shipped":
        return SHIPPED
    if source == "live":
        return live_copy(store=desk.store, now=desk.now)
    return desk.copy_with_drafts()


def _text_page(mail: Rendered) -> str:
    return (
        "<!doctype html><title>Text part</title><style>body{font:14px/1.5 ui-monospace,monospace;"
        "white-space:pre-wrap;overflow-wrap:anywhere;margin:16px;color:#1c1b1a;background:#fff}"
        f"</style><body>Subject: {escape(mail.subject)}\nPreview line: {escape(mail.preheader)}\n\n"
        f"{escape(mail.text)}</body>"
    )
