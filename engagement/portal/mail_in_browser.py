"""A mail in a browser, for mail programs that show it badly. The link is the key; looking changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.written_again import written_again
from engagement.messages.mail_policy import mail_policy
from engagement.messages.models import Message
from engagement.messages.rendering.render import TemplateBroken
from engagement.messages.view_links import GOOD_FOR, NEVER, read_browser_token


@never_cache
@require_safe
def mail_in_browser(request: HttpRequest, token: str) -> HttpResponse:
    """The mail as it would be written now; a kind page where the link is wrong or too old."""
    named = read_browser_token(token)
    store = Store.objects.filter(pk=named[0]).first() if named else None
    if named is None or store is None:
        return _nothing(request, status=404)
    with store_scope(store.pk):
        now = store_now(store)
        message = Message.objects.filter(public_id=named[1]).first()
        if message is None or message.template in NEVER:
            return _nothing(request, status=404)
        if message.handed_at is None or now - message.handed_at > GOOD_FOR:
            return _nothing(request, status=410, store=store, language=message.language)
        try:
            mail = written_again(message=message, now=now)
        except TemplateBroken:
            return _nothing(request, status=410, store=store, language=message.language)
    response = HttpResponse(mail.html)
    response.headers["Content-Security-Policy"] = mail_policy(in_our_frame=False)
    return _private(response)


def _nothing(
    request: HttpRequest, *, status: int, store: Store | None = None, language: str = ""
) -> HttpResponse:
    language = language or translation.get_language_from_request(request)
    with translation.override(language):
        context = {"store": store, "language": language, "is_over": status == 410}
        page = render(request, "portal/mail_gone.html", context, status=status)
    return _private(page)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
