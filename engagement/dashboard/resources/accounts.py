"""Sending accounts: who carries our mail. Credentials go in and never come out again."""

import json
from datetime import datetime
from typing import Any

from anymail.exceptions import AnymailConfigurationError
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from core.secrets import CredentialsUnreadable, encrypt, hash_token, new_token
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import moment
from engagement.messages.delivery.accounts import DJANGO_SMTP, hook_url, signer_of
from engagement.messages.delivery.dkim import Signer, record_name, record_text
from engagement.messages.models import ProviderAccount
from engagement.messages.operations.make_dkim_key import make_dkim_key
from engagement.messages.sns import is_topic

BACKENDS = [
    ("", "As the installation is set up"),
    (DJANGO_SMTP, "Own SMTP server"),
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
# Django's backend keeps silent about names it does not know.
SMTP_OPTIONS = dict.fromkeys(
    ("host", "port", "username", "password", "use_tls", "use_ssl", "timeout")
).keys()


def sends_by_smtp(account: ProviderAccount) -> bool:
    """Whether mails of this account leave over SMTP, where we can sign them."""
    return (account.backend or settings.EMAIL_BACKEND) == DJANGO_SMTP


class AccountForm(forms.ModelForm):
    backend = forms.ChoiceField(
        label="Provider", choices=BACKENDS, required=False, widget=UnfoldAdminSelectWidget
    )
    credentials = forms.CharField(
        label="Credentials",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text='As JSON, like {"api_key": "…"} or {"host": "…", "username": "…", "password": '
        '"…"}. Kept encrypted and never shown again; leave empty to keep what is there.',
    )

    feedback_key = forms.CharField(
        label="Webhook signing key",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Mailgun, Mandrill and Postal sign their reports with it. Kept encrypted and "
        "never shown again; leave empty to keep what is there.",
    )

    class Meta:
        model = ProviderAccount
        fields = (
            *("name", "backend", "is_default", "rate_per_second", "connections", "mark_batch"),
            "deduplicates",
            "sns_topic",
        )
        labels = {
            "sns_topic": "Amazon SNS topic",
            "is_default": "Use it for this store",
            "rate_per_second": "Mails a second at most",
            "connections": "Connections at once",
            "mark_batch": "Mails one crash may leave unclear",
            "deduplicates": "It drops a second mail with the same id",
        }
        help_texts = {
            "sns_topic": "Amazon SES only: the ARN of the topic that SES reports to, like "
            "arn:aws:sns:eu-central-1:123456789012:mail. Reports of any other topic are refused; "
            "the subscription confirms itself once this is saved.",
        }

    def clean_credentials(self) -> str:
        text = str(self.cleaned_data["credentials"]).strip()
        if not text:
            return ""
        try:
            options = json.loads(text)
        except ValueError as error:
            raise ValidationError("This is no JSON. Nothing was stored.") from error
        if not isinstance(options, dict):
            raise ValidationError('Write names and values, like {"api_key": "…"}.')
        return json.dumps(options)

    def clean_sns_topic(self) -> str:
        topic = str(self.cleaned_data["sns_topic"]).strip()
        if topic and not is_topic(topic):
            raise ValidationError("This is not the ARN of an SNS topic.")
        return topic

    def clean(self) -> None:
        """Try the provider's own checks now, rather than with the first mail."""
        super().clean()
        backend, typed = self.cleaned_data.get("backend"), self.cleaned_data.get("credentials")
        if not backend or typed is None or (not typed and self.instance.pk):
            return
        options = json.loads(typed or "{}")
        unknown = sorted(set(options) - SMTP_OPTIONS) if backend == DJANGO_SMTP else []
        if unknown:
            words = f"An SMTP server takes no “{unknown[0]}”; it takes {', '.join(SMTP_OPTIONS)}."
            raise ValidationError({"credentials": words})
        try:
            get_connection(backend, **options)
        except AnymailConfigurationError as error:
            words = str(error).strip().splitlines()[0]
            raise ValidationError(
                {"credentials": f"The provider asks for more: {words}"}
            ) from error
        except TypeError as error:
            raise ValidationError(
                {"credentials": "One of these names means nothing to this provider."}
            ) from error

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
        *("connections", "mark_batch", "deduplicates"),
    )
    report_fields = ("feedback_key", "sns_topic")
    editable = (*add_fields, *report_fields)
    actions_detail = ("make_key", "stop_signing")
    list_display = ("name", "provider", "is_default", "rate_per_second", "well")
    fieldsets = (
        (None, {"fields": add_fields}),
        ("What the provider reports", {"fields": ("webhook_address", *report_fields)}),
        (
            "Signing with DKIM",
            {
                "fields": ("signs", "dkim_name", "dkim_text"),
                "description": "For an SMTP server that does not sign. Providers sign themselves.",
            },
        ),
        ("How it fares", {"fields": ("well", "failures_running")}),
    )

    @display(description="Provider")
    def provider(self, account: ProviderAccount) -> str:
        return dict(BACKENDS).get(account.backend, account.backend)

    @display(description="Webhook address")
    def webhook_address(self, account: ProviderAccount) -> str:
        """Only owners come here; who knows the address may report bounces in the provider's name."""
        try:
            address = hook_url(account=account)
        except CredentialsUnreadable:
            return "It cannot be opened with the present CREDENTIALS_KEY."
        return address or "This way of sending reports nothing back."

    @display(description="State")
    def signs(self, account: ProviderAccount) -> str:
        if not account.dkim_key_sealed:
            return "Not by us"
        return (
            f"Every mail, for {account.dkim_domain}; manage.py doctor --domain looks at the record"
        )

    @display(description="TXT record for")
    def dkim_name(self, account: ProviderAccount) -> str:
        if not account.dkim_key_sealed:
            return "–"
        return record_name(domain=account.dkim_domain, selector=account.dkim_selector)

    @display(description="It says")
    def dkim_text(self, account: ProviderAccount) -> str:
        signer = self._signer(account)
        return record_text(signer.pem) if signer else "–"

    def _signer(self, account: ProviderAccount) -> Signer | None:
        try:
            return signer_of(account)
        except CredentialsUnreadable:
            return None

    @deed(
        title="Make a signing key",
        question="Every mail over this account will be signed for the domain of your sender address. "
        "The page then shows a TXT record to enter at your DNS; without it receivers ignore the "
        "signature. Leave the record of an earlier key in place for a week.",
        when=sends_by_smtp,
        icon="key",
    )
    def make_key(self, *, request: HttpRequest, row: ProviderAccount, now: datetime) -> str:
        domain = row.store.sender_email.rpartition("@")[2].lower()
        if not domain:
            raise Refused("The store has no sender address yet: enter one in the store settings.")
        make_dkim_key(account=row, domain=domain, now=now)
        return "Mails are signed from now on. Enter the TXT record below at your DNS."

    @deed(
        title="Stop signing",
        question="Mails leave unsigned. Do it when your SMTP server signs them itself.",
        when=lambda account: bool(account.dkim_key_sealed),
        icon="key_off",
    )
    def stop_signing(self, *, request: HttpRequest, row: ProviderAccount, now: datetime) -> str:
        ProviderAccount.objects.filter(pk=row.pk).update(
            dkim_domain="", dkim_selector="", dkim_key_sealed=""
        )
        return "Mails are no longer signed by us."

    @display(description="State")
    def well(self, account: ProviderAccount) -> str:
        if account.paused_until:
            return f"Resting until {moment(account.paused_until)}: {account.pause_reason}"
        return "Well"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.cleaned_data["credentials"]:
            obj.settings_sealed = encrypt(form.cleaned_data["credentials"])
        if form.cleaned_data.get("feedback_key"):
            obj.feedback_key_sealed = encrypt(form.cleaned_data["feedback_key"].strip())
        if not change:
            secret = new_token()
            obj.hook_hash, obj.hook_sealed = hash_token(secret), encrypt(secret)
        super().save_model(request, obj, form, change)
