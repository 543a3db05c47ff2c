"""Connections out: where cancellations and changes are handed over. Credentials never come out."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from core.clock import now as store_now
from core.outbound import Forbidden, read_address
from core.secrets import new_token
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.once import shown_once
from engagement.dashboard.panels import Panel, moment, page_of
from orders.connectors.changed_orders import ASK
from orders.connectors.connectors import CONNECTORS
from orders.models import PlatformCommand, PlatformConnection
from orders.operations.give_command import give_command

Platform = PlatformConnection.Platform
SHOPIFY_ENDS = ".myshopify.com"


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes them: 32 octets."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


class PlatformForm(forms.ModelForm):
    address = forms.CharField(
        label="Address",
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Shopify: your-shop.myshopify.com. WooCommerce: the https:// address of the shop. "
        "Your own system: the https:// address that takes our messages.",
    )
    token = forms.CharField(
        label="Shopify: Admin API access token",
        required=False,
        widget=UnfoldAdminPasswordWidget,
        help_text="Of a custom app with write_orders and write_discounts.",
    )
    key = forms.CharField(
        label="WooCommerce: consumer key", required=False, widget=UnfoldAdminPasswordWidget
    )
    secret = forms.CharField(
        label="WooCommerce: consumer secret",
        required=False,
        widget=UnfoldAdminPasswordWidget,
        help_text="Kept encrypted and never shown again; leave empty to keep what is there. Your "
        "own system needs none: we make a signing secret and show it once.",
    )

    class Meta:
        model = PlatformConnection
        fields = ("platform",)
        labels = {"platform": "What to reach"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        platform = self.instance.platform or cleaned.get("platform")
        address = str(cleaned.get("address") or "").strip()
        if not platform or not address:
            return cleaned
        others = PlatformConnection.objects.filter(platform=platform).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("This is connected already. Open it to change it.")
        cleaned["address"] = _checked(platform, address)
        if platform != Platform.WEBHOOK:
            names = CONNECTORS[platform].needs
            missing = [words for name, words in names.items() if not cleaned.get(name)]
            typed = {name: cleaned[name] for name in names if cleaned.get(name)}
            if missing and (typed or not self.instance.pk):
                raise ValidationError(f"Fill in: {', '.join(missing)}.")
        return cleaned


def _checked(platform: str, address: str) -> str:
    if platform == Platform.SHOPIFY and not settings.OUTBOUND_TO_PRIVATE:
        name = address.removeprefix("https://").rstrip("/").lower()
        if not name.endswith(SHOPIFY_ENDS) or not name.removesuffix(SHOPIFY_ENDS).isascii():
            raise ValidationError({"address": f"Write the name that ends in {SHOPIFY_ENDS}."})
        if any(sign in name for sign in "/:@?#"):
            raise ValidationError({"address": "Only the name, without anything around it."})
        return name
    try:
        read_address(address)
    except Forbidden as error:
        raise ValidationError({"address": str(error)}) from error
    return address


@admin.register(PlatformConnection)
class PlatformAdmin(StoreAdmin):
    area = "platforms"
    form = PlatformForm
    empty_words = (
        "Connect your shop, so that cancellations and changes that customers ask for are carried "
        "out in it. Until then you do them by hand, and we wait for your shop's news of it."
    )
    add_fields = ("platform", "address", "token", "key", "secret")
    editable = ("address", "token", "key", "secret")
    ordering = ("platform",)
    list_display = ("named", "address", "state", "heard")
    actions_detail = ("test", "new_signing_secret", "switch")
    fieldsets = (
        (None, {"fields": ("named", "state", "heard")}),
        ("How it is reached", {"fields": ("address", "token", "key", "secret")}),
    )

    @display(description="System")
    def named(self, row: PlatformConnection) -> str:
        return row.get_platform_display()

    @display(description="State", label={"On": "success", "Switched off": "danger"})
    def state(self, row: PlatformConnection) -> str:
        if row.problem:
            return row.problem
        return "On" if row.is_active else "Switched off"

    @display(description="Last answered")
    def heard(self, row: PlatformConnection) -> str:
        return moment(row.last_well_at)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if obj is not None:
            form.base_fields["address"].initial = obj.address
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.address = form.cleaned_data["address"]
        typed = {
            name: form.cleaned_data[name]
            for name in CONNECTORS[obj.platform].needs
            if form.cleaned_data.get(name)
        }
        if obj.platform == Platform.WEBHOOK:
            typed = {} if change else {"secret": new_secret()}
            request.signing_secret = typed.get("secret", "")  # type: ignore[attr-defined]
        if typed:
            obj.set_credentials(typed)
        if not change:
            obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
        obj.problem, obj.failing_since = "", None
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        secret = getattr(request, "signing_secret", "")
        if not secret:
            return super().response_add(request, obj, post_url_continue)
        return self._show(request, secret)

    def _show(self, request: HttpRequest, secret: str) -> HttpResponse:
        words = (
            "Your system checks each message with this secret, after Standard Webhooks "
            "(standardwebhooks.com has libraries). Keep it where your system keeps its passwords."
        )
        pairs = [("Signing secret", secret)]
        return shown_once(self, request, title="Signing secret", words=words, secrets=pairs)

    def panels(self, request: HttpRequest, row: PlatformConnection) -> Iterable[Panel]:
        if row.platform in ASK:
            yield Panel(
                title=f"What webhooks missed: {row.found_missed} orders so far",
                heads=("Asked last", "Known up to", "Trouble"),
                rows=[(moment(row.asked_at), moment(row.asked_to), row.asked_problem or "–")]
                if row.asked_at
                else [],
                empty="The shop is asked every five minutes which orders changed; not asked yet.",
            )
        yield Panel(
            title="Handed over lately",
            heads=("When", "What", "State", "Why"),
            rows=[
                (
                    page_of(command, moment(command.created_at)),
                    command.get_kind_display(),
                    command.get_status_display(),
                    command.error,
                )
                for command in row.commands.order_by("-id")[:20]
            ],
            empty="Nothing yet. “Test” asks whether address and credentials are right.",
        )

    @deed(
        title="Test",
        question="Your shop is asked whether address and credentials are right. Nothing is changed "
        "in it.",
        when=lambda row: row.is_active,
        icon="network_check",
    )
    def test(self, *, request: HttpRequest, row: PlatformConnection, now: datetime) -> str:
        give_command(
            connection=row,
            kind=PlatformCommand.Kind.TEST,
            payload={},
            key=f"test:{new_token()[:20]}",
            order=None,
            now=now,
        )
        return "It is being tried. Load this page again in a few seconds to see how it went."

    @deed(
        title="New signing secret",
        question="A new secret is made and shown once. The old one counts no more: change it in "
        "your system at once.",
        when=lambda row: row.platform == Platform.WEBHOOK,
        icon="key",
    )
    def new_signing_secret(
        self, *, request: HttpRequest, row: PlatformConnection, now: datetime
    ) -> HttpResponse:
        secret = new_secret()
        row.set_credentials({"secret": secret})
        row.save(update_fields=["credentials_sealed"])
        return self._show(request, secret)

    @deed(
        title="Switch on or off",
        question="Switched off, nothing is handed over: what waits keeps waiting, and what "
        "customers ask for comes to you for approval.",
        icon="power_settings_new",
    )
    def switch(self, *, request: HttpRequest, row: PlatformConnection, now: datetime) -> str:
        PlatformConnection.objects.filter(pk=row.pk).update(
            is_active=not row.is_active, problem="", failing_since=None
        )
        return f"{self.named(row)} is switched {'off' if row.is_active else 'on'}."
