"""Connections: addresses that shops and carriers post to. Address and secret are shown once."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.once import shown_once
from engagement.dashboard.panels import moment
from orders.ingest.sources import SOURCES
from orders.models import WebhookEndpoint
from orders.operations.connect_source import (
    BadSecret,
    Connection,
    NothingToRotate,
    connect_source,
    rotate_secret,
)


class ConnectionForm(forms.ModelForm):
    source = forms.ChoiceField(label="What to connect", widget=UnfoldAdminSelectWidget)
    secret = forms.CharField(
        label="Signing secret",
        required=False,
        strip=True,
        widget=UnfoldAdminPasswordWidget,
        help_text="Where the platform made one (Shopify shows it under its webhooks). Empty: we "
        "make one that you paste there.",
    )
    store: Any = None

    class Meta:
        model = WebhookEndpoint
        fields = ("source",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].choices = [(key, s.label) for key, s in SOURCES.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        source, secret = cleaned.get("source"), cleaned.get("secret")
        if source and secret:
            try:
                SOURCES[source].check_secret(secret)
            except ValueError as error:
                self.add_error("secret", str(error))
        live = WebhookEndpoint.objects.filter(source=source, is_active=True)
        if source and live.exists():
            self.add_error(
                "source",
                "This is connected already. Open it to change its secret or switch it off.",
            )
        return cleaned


@admin.register(WebhookEndpoint)
class ConnectionAdmin(StoreAdmin):
    area = "connections"
    form = ConnectionForm
    empty_words = "Connect your shop and your carriers: each gets an address of its own."
    add_fields = ("source", "secret")
    ordering = ("source", "id")
    list_display = ("named", "state", "made", "heard")
    actions_detail = ("show_address", "rotate", "switch_off")
    fieldsets = (
        (None, {"fields": ("named", "state", "created_at", "last_notice_at", "rotation")}),
    )

    @display(description="Connection")
    def named(self, endpoint: WebhookEndpoint) -> str:
        source = SOURCES.get(endpoint.source)
        return source.label if source else endpoint.source

    @display(description="State", label={"On": "success", "Switched off": "danger"})
    def state(self, endpoint: WebhookEndpoint) -> str:
        return "On" if endpoint.is_active else "Switched off"

    @display(description="Made")
    def made(self, endpoint: WebhookEndpoint) -> str:
        return moment(endpoint.created_at)

    @display(description="Last heard of")
    def heard(self, endpoint: WebhookEndpoint) -> str:
        return moment(endpoint.last_notice_at)

    @display(description="Old secret counts until")
    def rotation(self, endpoint: WebhookEndpoint) -> str:
        return moment(endpoint.previous_secret_until)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        store = request.store  # type: ignore[attr-defined]
        made = connect_source(
            store=store,
            source=form.cleaned_data["source"],
            secret=form.cleaned_data["secret"] or None,
            now=store_now(store),
        )
        obj.pk, obj.store_id = made.endpoint.pk, made.endpoint.store_id
        request.connection = made  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return self._show(request, request.connection)  # type: ignore[attr-defined]

    def _show(self, request: HttpRequest, made: Connection, *, secret: bool = True) -> HttpResponse:
        secrets = [("Address", made.url), ("Signing secret", made.secret if secret else "")]
        title = f"{SOURCES[made.endpoint.source].label} is connected"
        return shown_once(self, request, title=title, words=made.clicks, secrets=secrets)

    @deed(
        title="New secret",
        question="A new signing secret is made and shown once. The old one counts for one more "
        "day, so that you can change it in your shop meanwhile.",
        when=lambda endpoint: endpoint.is_active and endpoint.source in SOURCES,
        icon="key",
    )
    def rotate(self, *, request: HttpRequest, row: WebhookEndpoint, now: datetime) -> HttpResponse:
        try:
            made = rotate_secret(store=row.store, source=row.source, now=now)
        except (NothingToRotate, BadSecret) as error:
            raise Refused(str(error)) from error
        return self._show(request, made)

    @deed(
        title="Show the address",
        question="The address is as good as a key: whoever has it can knock. It is noted in the "
        "audit log that you looked. The secret is not shown.",
        when=lambda endpoint: endpoint.is_active and endpoint.source in SOURCES,
        icon="visibility",
    )
    def show_address(
        self, *, request: HttpRequest, row: WebhookEndpoint, now: datetime
    ) -> HttpResponse:
        made = connect_source(store=row.store, source=row.source, now=now)
        return self._show(request, made, secret=False)

    @deed(
        title="Switch off",
        question="Whatever is posted to this address is refused from now on. Connect anew to get "
        "another address.",
        when=lambda endpoint: endpoint.is_active,
        icon="link_off",
        danger=True,
    )
    def switch_off(self, *, request: HttpRequest, row: WebhookEndpoint, now: datetime) -> str:
        WebhookEndpoint.objects.filter(pk=row.pk).update(is_active=False)
        return f"{self.named(row)} is switched off."
