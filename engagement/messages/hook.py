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
from core.secrets import hash_token
from core.stores.scope import every_store
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


@csrf_exempt
def mail_feedback(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    """Believe a provider that knows the account's secret (256 bits in the path), and anymail's own
    basic auth and signatures where they are configured. Anything else: 401, and nothing is kept."""
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
        with collecting() as events:
            # The secret in the path takes the place of the basic auth that anymail would miss.
            answer = view.as_view(warn_if_no_basic_auth=False)(request)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=401)
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
