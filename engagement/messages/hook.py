"""The door for mail providers: `/hooks/mail/<provider>/<account secret>/`."""

import structlog
from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from core.clock import now as store_now
from core.secrets import CredentialsUnreadable, decrypt, hash_token
from core.stores.scope import every_store
from engagement.messages import sns
from engagement.messages.delivery.accounts import hook_url
from engagement.messages.feedback import collecting, take_feedback
from engagement.messages.models import ProviderAccount

log = structlog.get_logger(__name__)

LARGEST_BODY = 5 * 1024 * 1024
VIEWS = {
    "amazon_ses": AmazonSESTrackingWebhookView,
    "brevo": BrevoTrackingWebhookView,
    "mailersend": MailerSendTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "mailtrap": MailtrapTrackingWebhookView,
    "mandrill": MandrillCombinedWebhookView,
    "postal": PostalTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "resend": ResendTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
    "unisender_go": UnisenderGoTrackingWebhookView,
}


# What a provider's own signature is checked with, by anymail's name for it.
KEY_NAMES = {
    "mailgun": "webhook_signing_key",
    "mandrill": "webhook_key",
    "postal": "webhook_key",
}


@csrf_exempt
def mail_feedback(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    """Believe a provider that knows the account's secret (256 bits in the path), and anymail's own
    basic auth and signatures where they are configured; Amazon SNS only what Amazon signed for the
    account's own topic. Anything else: 401, and nothing is kept."""
    view = VIEWS.get(provider)
    with every_store():
        account = (
            ProviderAccount.objects.select_related("store")
            .filter(hook_hash=hash_token(secret))
            .first()
        )
    if view is None or account is None:
        return HttpResponse(status=401)
    stated = request.headers.get("Content-Length") or "0"
    if not stated.isdecimal() or int(stated[:18]) > LARGEST_BODY:
        return HttpResponse(status=413)
    try:
        if provider == "amazon_ses":
            message = sns.believe(body=request.body, topic=account.sns_topic)
            if message["Type"] == "SubscriptionConfirmation":
                sns.confirm(message=message, topic=account.sns_topic)
                return HttpResponse("Confirmed.")
        with collecting() as events:
            answer = view.as_view(**_settings_of(account, provider=provider))(request)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=401)
    except sns.Forged as error:
        log.warning("feedback_forged", provider=provider, account=account.pk, why=str(error))
        return HttpResponse(status=401)
    except sns.Unreachable as error:
        log.warning("feedback_unverified", provider=provider, account=account.pk, why=str(error))
        return HttpResponse("It could not be verified now. Please send it again.", status=503)
    except AnymailConfigurationError as error:
        log.error("feedback_not_configured", provider=provider, why=type(error).__name__)
        return HttpResponse("This provider's webhook is not configured here.", status=400)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        log.warning("feedback_unreadable", provider=provider, error=type(error).__name__)
        return HttpResponse("Not the JSON this provider is known to send.", status=400)
    if events:
        take_feedback(
            account=account, provider=provider, events=events, now=store_now(account.store)
        )
    return answer


def _settings_of(account: ProviderAccount, *, provider: str) -> dict[str, object]:
    """Raises `AnymailConfigurationError` when the account's key can no longer be opened."""
    # The secret in the path takes the place of the basic auth that anymail would miss.
    settings: dict[str, object] = {"warn_if_no_basic_auth": False}
    if not account.feedback_key_sealed or provider not in KEY_NAMES:
        return settings
    try:
        settings[KEY_NAMES[provider]] = decrypt(account.feedback_key_sealed)
        if provider == "mandrill":  # it signs the address as it was entered there
            settings["webhook_url"] = hook_url(account=account)
    except CredentialsUnreadable as error:
        raise AnymailConfigurationError("The account's webhook key cannot be opened.") from error
    return settings
