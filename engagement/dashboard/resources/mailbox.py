"""The local mailbox: each mail exactly as it would have been handed over."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import PurePath
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.framed import framed
from engagement.dashboard.panels import moment, page_of
from engagement.messages.models import LocalMail

NO_HTML = "<!doctype html><title>Mail</title><p>This mail has no HTML part.</p>"


def parsed(mail: LocalMail) -> EmailMessage:
    """The MIME message as sent."""
    return message_from_bytes(bytes(mail.mime), policy=policy.default)  # type: ignore[return-value]


def body_of(message: EmailMessage, kind: str) -> str:
    """Its ``html`` or ``plain`` body as text; empty where it has none."""
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    content = part.get_content()
    return content if isinstance(content, str) else content.decode("utf-8", errors="replace")


@admin.register(LocalMail)
class MailboxAdmin(StoreAdmin):
    area = "mailbox"
    empty_words = (
        "Mails that would leave are kept here while no mail provider is set up. Send an order "
        "through a connection and its confirmation arrives."
    )
    search_fields = ("recipient",)
    sortable_by = ("received",)
    search_help_text = "Beginning of the recipient's address"
    ordering = ("-received_at", "-id")
    list_display = ("subject", "recipient", "received")
    change_form_template = "dashboard/mail.html"
    fieldsets = ((None, {"fields": ("subject", "recipient", "sender", "received")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("mime")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Received", ordering="received_at")
    def received(self, mail: LocalMail) -> str:
        return moment(mail.received_at)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = dict(extra_context or {})
        mail = self.get_object(request, object_id) if object_id else None
        if mail is not None:
            message = parsed(mail)
            context |= {
                "mail": mail,
                "body_url": reverse("admin:engagement_messages_localmail_body", args=[mail.pk]),
                "text": body_of(message, "plain"),
                "headers": [(name, str(value)) for name, value in message.items()],
                "attachments": [
                    (number, part.get_filename() or "without a name", part.get_content_type())
                    for number, part in enumerate(message.iter_attachments())
                ],
                "message_link": page_of(mail.message) if mail.message_id else "",
                "order_link": page_of(mail.message.order)
                if mail.message_id and mail.message.order_id
                else "",
            }
        return super().changeform_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        stem = "engagement_messages_localmail"
        return [
            path(
                "<path:object_id>/body/",
                xframe_options_sameorigin(wrap(self.body_view)),
                name=f"{stem}_body",
            ),
            path(
                "<path:object_id>/attachment/<int:number>/",
                wrap(self.attachment_view),
                name=f"{stem}_attachment",
            ),
            *super().get_urls(),
        ]

    def _mail(self, request: HttpRequest, object_id: str) -> LocalMail:
        mail: LocalMail | None = self.get_object(request, object_id)
        if mail is None:
            raise Http404("No such mail in this store.")
        if not self.has_view_permission(request):
            raise PermissionDenied
        return mail

    def body_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The HTML part alone, sandboxed: it is shown as a customer's mail program shows it."""
        html = body_of(parsed(self._mail(request, object_id)), "html") or NO_HTML
        return framed(html)

    def attachment_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """One attachment, as a download and never as a page."""
        parts = list(parsed(self._mail(request, object_id)).iter_attachments())
        if number >= len(parts):
            raise Http404("This mail has no such attachment.")
        content = parts[number].get_content()
        data = content.encode() if isinstance(content, str) else bytes(content)
        name = PurePath(parts[number].get_filename() or "attachment").name.replace('"', "")
        response = HttpResponse(data, content_type="application/octet-stream")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
