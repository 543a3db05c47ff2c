"""Sending accounts: who carries our mail. Credentials go in and never come out again."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from core.secrets import encrypt, hash_token, new_token
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import moment
from engagement.messages.models import ProviderAccount

BACKENDS = [
    ("", "As the installation is set up"),
    ("django.core.mail.backends.smtp.EmailBackend", "Own SMTP server"),
    *(
        (f"anymail.backends.{module}.EmailBackend", name)
        for module, name in (
            ("amazon_ses", "Amazon SES"),
            ("brevo", "Brevo"),
            ("mailersend", "MailerSend"),
            ("mailgun", "Mailgun"),
            ("mailjet", "Mailjet"),
            ("mandrill", "Mandrill"),
            ("postmark", "Postmark"),
            ("resend", "Resend"),
            ("sparkpost", "SparkPost"),
        )
    ),
]


class AccountForm(forms.ModelForm):
    backend = forms.ChoiceField(
        label="Provider", choices=BACKENDS, required=False, widget=UnfoldAdminSelectWidget
    )
    credentials = forms.CharField(
        label="Credentials",
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text='As JSON, like {"api_key": "…"} or {"host": "…", "username": "…", "password": '
        '"…"}. Kept encrypted and never shown again; leave empty to keep what is there.',
    )

    class Meta:
        model = ProviderAccount
        fields = ("name", "backend", "is_default", "rate_per_second", "mark_batch", "deduplicates")
        labels = {
            "is_default": "Use it for this store",
            "rate_per_second": "Mails a second at most",
            "mark_batch": "Mails one crash may leave unclear",
            "deduplicates": "It drops a second mail with the same id",
        }

    def clean_credentials(self) -> str:
        text = str(self.cleaned_data["credentials"]).strip()
        if not text:
            return ""
        try:
            settings = json.loads(text)
        except ValueError as error:
            raise ValidationError("This is no JSON. Nothing was stored.") from error
        if not isinstance(settings, dict):
            raise ValidationError('Write names and values, like {"api_key": "…"}.')
        return json.dumps(settings)

    def clean_is_default(self) -> bool:
        wanted = bool(self.cleaned_data["is_default"])
        others = ProviderAccount.objects.filter(is_default=True).exclude(pk=self.instance.pk)
        if wanted and others.exists():
            raise ValidationError("Another account is used already. Take the mark off there first.")
        return wanted


@admin.register(ProviderAccount)
class AccountAdmin(StoreAdmin):
    area = "accounts"
    form = AccountForm
    empty_words = (
        "Without an account of its own the store sends as the installation is set up: on a fresh "
        "one into the local mailbox."
    )
    add_fields = (
        *("name", "backend", "credentials", "is_default", "rate_per_second"),
        *("mark_batch", "deduplicates"),
    )
    editable = add_fields
    list_display = ("name", "provider", "is_default", "rate_per_second", "well")
    fieldsets = (
        (None, {"fields": add_fields}),
        ("How it fares", {"fields": ("well", "failures_running")}),
    )

    @display(description="Provider")
    def provider(self, account: ProviderAccount) -> str:
        return dict(BACKENDS).get(account.backend, account.backend)

    @display(description="State")
    def well(self, account: ProviderAccount) -> str:
        if account.paused_until:
            return f"Resting until {moment(account.paused_until)}: {account.pause_reason}"
        return "Well"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.cleaned_data["credentials"]:
            obj.settings_sealed = encrypt(form.cleaned_data["credentials"])
        if not change:
            secret = new_token()
            obj.hook_hash, obj.hook_sealed = hash_token(secret), encrypt(secret)
        super().save_model(request, obj, form, change)
